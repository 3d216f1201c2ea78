// <nav class="tabs" data-tabs> with links to #sections on the page: with scripts one section shows at a time.
// Left, Right, Home and End move; the address keeps the section; a section with a wrong field opens first.
(() => {
  function start(nav) {
    const tabs = [...nav.querySelectorAll("a[href^='#']")];
    const panelOf = (tab) => document.getElementById(tab.hash.slice(1));
    const pairs = tabs.filter(panelOf);
    if (!pairs.length || nav.classList.contains("tabs-ready")) return;

    function show(tab, { focus = false, remember = false } = {}) {
      pairs.forEach((other) => {
        const selected = other === tab;
        other.setAttribute("aria-selected", String(selected));
        other.tabIndex = selected ? 0 : -1;
        panelOf(other).hidden = !selected;
      });
      if (focus) tab.focus();
      if (remember) history.replaceState(history.state, "", tab.hash);
      tab.scrollIntoView({ block: "nearest", inline: "nearest" });
    }

    nav.setAttribute("role", "tablist");
    nav.classList.add("tabs-ready");
    pairs.forEach((tab, index) => {
      const panel = panelOf(tab);
      tab.id ||= `tab-${panel.id}`;
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-controls", panel.id);
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", tab.id);
      tab.addEventListener("click", (event) => {
        event.preventDefault();
        show(tab, { remember: true });
      });
      tab.addEventListener("keydown", (event) => {
        const to = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: pairs.length - 1 }[event.key];
        if (to === undefined) return;
        event.preventDefault();
        show(pairs[(to + pairs.length) % pairs.length], { focus: true, remember: true });
      });
    });

    const byHash = () => pairs.find((tab) => tab.hash === location.hash || panelOf(tab).querySelector(location.hash || ":not(*)"));
    const wrong = pairs.find((tab) => panelOf(tab).querySelector("[aria-invalid='true'], .errorlist"));
    show(wrong || byHash() || pairs[0]);
    window.addEventListener("hashchange", () => { const tab = byHash(); if (tab) show(tab); });
  }

  const startAll = (root) => root.querySelectorAll("[data-tabs]").forEach(start);
  startAll(document);
  document.addEventListener("htmx:afterSettle", (event) => startAll(event.target));
})();
