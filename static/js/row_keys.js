// Rows by keyboard inside [data-row-keys]: j and k (or the arrows) walk, x ticks, Enter opens the row's [data-row-link].
// The row walked to is marked, and its link has the focus, so that screen readers follow.
(() => {
  const OFF = "shortcuts-off"; // set in the list of shortcuts, for people who talk to their computer
  const rows = () => [...document.querySelectorAll("[data-row-keys] tr:has([data-row-link])")];
  const current = () => document.querySelector("[data-row-keys] tr.is-current");

  function walk(step) {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(current());
    const to = all[Math.min(Math.max(at + step, 0), all.length - 1)];
    current()?.classList.remove("is-current");
    to.classList.add("is-current");
    to.querySelector("[data-row-link]").focus({ preventScroll: true });
    to.scrollIntoView({ block: "nearest" });
  }

  const KEYS = {
    j: () => walk(1),
    k: () => walk(-1),
    ArrowDown: () => walk(1),
    ArrowUp: () => walk(-1),
    x: () => current()?.querySelector("[data-select-row]")?.click(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.defaultPrevented) return;
    if (localStorage.getItem(OFF) !== null || !document.querySelector("[data-row-keys]")) return;
    const inRow = event.target.closest("[data-row-keys] tr");
    if (event.target.closest("select, textarea, [contenteditable], dialog, details[open]")) return;
    if (event.target.closest("input:not([type='checkbox'])")) return;
    // Arrows scroll the page, until somebody has begun to walk with j.
    if (event.key.startsWith("Arrow") && !inRow) return;
    const act = KEYS[event.key];
    if (!act || (event.key === "x" && !current())) return;
    event.preventDefault();
    act();
  });
  // Whoever tabs or clicks into a row walks on from there.
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-row-keys] tr:has([data-row-link])");
    if (!row || row === current()) return;
    current()?.classList.remove("is-current");
    row.classList.add("is-current");
  });
})();
