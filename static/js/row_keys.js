// Rows and each [data-row] inside [data-row-keys] by keyboard: j and k (or the arrows) walk, x ticks, Enter opens the
// [data-row-link] in it.
// The row walked to is marked, and its link has the focus, so that screen readers follow.
//
// A letter acts on that row: it presses the row's own [data-row-act], or a link of <template data-row-acts>, which has
// them once for all rows, made for the key 0; "#images" is a place on the row's own page.  data-row holds the row's key,
// data-row-is how it stands, and data-row-if of a link how it has to.  With rows ticked, letters are of all of these.
(() => {
  const ROW = "[data-row-keys] :is(tr, [data-row]):has([data-row-link])";
  const rows = () => [...document.querySelectorAll(ROW)];
  const current = () => rows().find((row) => row.classList.contains("is-current"));
  const areTicked = () => document.querySelector("[data-bulk-bar].is-active") !== null;

  const sharedActs = () =>
    [...document.querySelectorAll("template[data-row-acts]")].flatMap((each) => [...each.content.children]);
  const fits = (act, row) => !act.dataset.rowIf || act.dataset.rowIf.split(" ").includes(row.dataset.rowIs);

  function mark(row) {
    current()?.classList.remove("is-current");
    row.classList.add("is-current");
  }

  function walk(step) {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(current());
    const to = all[Math.min(Math.max(at + step, 0), all.length - 1)];
    mark(to);
    to.querySelector("[data-row-link]").focus({ preventScroll: true });
    to.scrollIntoView({ block: "nearest" });
  }

  function addressOf(act, row) {
    const href = act.getAttribute("href");
    if (!href.startsWith("#")) return href.replace(/(?<=[/=])0(?=\/|$)/, row.dataset.row);
    const page = new URL(row.querySelector("[data-row-link]").href);
    page.hash = href;
    return page.href;
  }

  // A link that is shared by all rows is put into this one, hidden, and clicked there.
  function linkIn(row, key) {
    const own = row.querySelector(`[data-row-act="${CSS.escape(key)}"]`);
    if (own) return own;
    const act = sharedActs().find((each) => each.dataset.rowAct === key && fits(each, row))?.cloneNode(true);
    if (!act) return null;
    act.href = addressOf(act, row);
    act.hidden = true;
    if (act.dataset.dialogTitle) act.dataset.dialogTitle += ` ${wordsOf(row)}`;
    (row.matches("tr") ? row.lastElementChild : row).append(act);
    return act;
  }

  const wordsOf = (row) => row.querySelector("[data-row-link]").textContent.trim();

  // Of the palette (palette.js), before what the page has besides.
  document.addEventListener("acts-wanted", (event) => {
    const row = areTicked() ? null : current();
    if (!row) return;
    for (const shared of sharedActs().filter((each) => fits(each, row))) {
      const words = `${shared.textContent.trim()}: ${wordsOf(row)}`;
      event.detail.push({ words, key: shared.dataset.rowAct, run: () => linkIn(row, shared.dataset.rowAct).click() });
    }
  }, true);

  function act(key) {
    const row = areTicked() ? null : current();
    const link = row && linkIn(row, key);
    link?.click();
    return Boolean(link);
  }

  const KEYS = {
    j: () => walk(1),
    k: () => walk(-1),
    x: () => current()?.querySelector("[data-select-row]")?.click(),
  };

  // Before shortcuts.js: the row one stands at comes first.
  document.addEventListener("single-key", (event) => {
    if (event.defaultPrevented || !rows().length) return;
    if (KEYS[event.detail]) KEYS[event.detail]();
    else if (!act(event.detail)) return;
    event.preventDefault();
  }, true);

  // Arrows scroll the page, until somebody has begun to walk with j.
  document.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.defaultPrevented) return;
    // Not event.target: letters that keys.js held back until this key have walked on meanwhile.
    const at = document.activeElement;
    if (localStorage.getItem("shortcuts-off") !== null || !at?.closest(ROW)) return;
    if (at.closest("select, textarea, input:not([type='checkbox']), details.menu[open]")) return;
    event.preventDefault();
    walk(step);
  });

  // Whoever tabs or clicks into a row walks on from there.
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest(ROW);
    if (row && row !== current()) mark(row);
  });
})();
