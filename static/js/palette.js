// The palette, opened by Ctrl+K (on a Mac Cmd+K), by [data-palette-open], and by "/" where a page has no search: what can
// be done on this page, and what the server finds for the words typed.  The arrows walk, Enter opens.
//
// What can be done here is asked of the page: whoever hears "acts-wanted" adds {words, key, run} to its detail.
(() => {
  const palette = document.getElementById("palette");
  if (!palette) return;
  const box = palette.querySelector("[role='combobox']");
  const here = document.getElementById("palette-acts");
  const found = document.getElementById("palette-found");
  const count = document.getElementById("palette-count");
  const PAUSE = 120; // ms after the last letter
  const isApple = /Mac|iPhone|iPad/.test(navigator.platform);
  let acts = [];
  let timer;
  let asked = null;

  document.querySelectorAll("[data-palette-key]").forEach((each) => { each.textContent = isApple ? "⌘ K" : "Ctrl K"; });

  const options = () => [...palette.querySelectorAll("[role='option']")];
  const active = () => palette.querySelector("[role='option'][aria-selected='true']");
  const plain = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  function select(option) {
    active()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) box.setAttribute("aria-activedescendant", option.id);
    else box.removeAttribute("aria-activedescendant");
  }

  function optionOf(act, index) {
    const option = Object.assign(document.createElement("div"), { className: "palette-option", id: `act-${index}` });
    option.setAttribute("role", "option");
    option.append(Object.assign(document.createElement("span"), { className: "palette-words", textContent: act.words }));
    if (act.key) option.append(Object.assign(document.createElement("kbd"), { textContent: act.key }));
    option.addEventListener("click", () => {
      palette.close();
      act.run();
    });
    return option;
  }

  function showActs() {
    const words = plain(box.value).split(/\s+/);
    const fitting = acts.filter((act) => words.every((word) => plain(act.words).includes(word)));
    here.replaceChildren();
    if (!fitting.length) return;
    const group = document.createElement("div");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", "On this page");
    const title = Object.assign(document.createElement("p"), { className: "palette-title", textContent: "On this page" });
    title.setAttribute("aria-hidden", "true");
    group.append(title, ...fitting.map(optionOf));
    here.append(group);
  }

  function refresh() {
    const all = options();
    all.forEach((option) => option.setAttribute("aria-selected", "false"));
    select(all[0]);
    const nothing = found.querySelector(".palette-nothing");
    if (nothing) nothing.hidden = all.length > 0;
    count.textContent = all.length === 1 ? "1 found" : `${all.length} found`;
  }

  // One question at a time: what was asked before is not wanted any more.
  async function ask() {
    asked?.abort();
    asked = new AbortController();
    const address = `${box.form.action}?${new URLSearchParams({ q: box.value })}`;
    try {
      const answer = await fetch(address, { headers: { "HX-Request": "true" }, signal: asked.signal });
      if (answer.redirected) return location.assign(address); // to sign in
      if (!answer.ok) return;
      found.innerHTML = await answer.text();
      refresh();
    } catch {
      // Given up, or the server is away: what was found stays, and Enter asks again.
    }
  }

  function open() {
    if (document.querySelector("dialog[open]")) return;
    acts = [];
    document.dispatchEvent(new CustomEvent("acts-wanted", { detail: acts }));
    box.value = "";
    palette.showModal();
    box.focus();
    showActs();
    refresh();
    ask();
  }

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-palette-open]") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    document.getElementById("sidebar")?.matches(":popover-open") && document.getElementById("sidebar").hidePopover();
    open();
  });

  document.addEventListener("keydown", (event) => {
    const isAsked = event.key.toLowerCase() === "k" && (isApple ? event.metaKey : event.ctrlKey);
    if (!isAsked || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (palette.open) palette.close();
    else open();
  });

  box.addEventListener("input", () => {
    showActs();
    refresh();
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  palette.addEventListener("close", () => {
    clearTimeout(timer);
    asked?.abort();
  });

  box.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const all = options();
    if (step && all.length) {
      event.preventDefault();
      select(all[(all.indexOf(active()) + step + all.length) % all.length]);
    }
    if (event.key !== "Enter" || event.isComposing) return;
    // What is shown may still be for fewer words: a scanner does not wait.  The form then goes for just what was typed.
    const isFresh = found.querySelector("[data-found-for]")?.dataset.foundFor === box.value.trim();
    const chosen = active();
    if (!chosen || (!isFresh && !here.contains(chosen))) return;
    event.preventDefault();
    chosen.click();
  });

  // A click beside it closes it.
  palette.addEventListener("click", (event) => event.target === palette && palette.close());
})();
