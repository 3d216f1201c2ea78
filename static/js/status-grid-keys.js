// The status list as a grid that is walked with the arrow keys (the ARIA grid pattern): one cell of the page can be
// tabbed to, and the row of the focused cell is the selected one.
(() => {
  const grid = window.statusGrid;
  if (!grid) return;
  const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-10, 0], PageDown: [10, 0] };
  let column = 0;
  let hadFocus = false;

  const rows = () => [...grid.region().querySelectorAll("tr[data-row]")];
  const cells = (row) => [...row.querySelectorAll("[data-cell]")];
  const focusable = (cell) => cell.querySelector(".status-toggle, a:not(.status-edit-link)") || cell;
  const current = () => {
    const row = grid.selectedRow();
    return row && cells(row)[Math.min(column, cells(row).length - 1)];
  };

  function mark() {
    const table = grid.region().querySelector("table");
    table.setAttribute("role", "grid");
    const chosen = current();
    rows().forEach((row) => {
      row.setAttribute("aria-selected", String(row === chosen?.parentElement));
      cells(row).forEach((cell) => { focusable(cell).tabIndex = cell === chosen ? 0 : -1; });
    });
    grid.region().querySelectorAll("[data-needs-row]").forEach((tool) => { tool.disabled = !chosen; });
  }

  function select(cell, { focus = true } = {}) {
    column = cells(cell.parentElement).indexOf(cell);
    cell.parentElement.querySelector("[name='status']").checked = true;
    mark();
    if (!focus) return;
    focusable(cell).focus({ preventScroll: true });
    cell.scrollIntoView({ block: "nearest" });
  }

  function go(cell, [down, right]) {
    const all = rows();
    const row = all[Math.max(0, Math.min(all.length - 1, all.indexOf(cell.parentElement) + down))];
    const across = cells(row);
    select(across[Math.max(0, Math.min(across.length - 1, column + right))]);
  }

  const press = (selector) => grid.region().querySelector(selector).click();
  const acts = {
    F2: (cell) => grid.emit("edit", { cell }),
    Enter: (cell) => grid.emit("edit", { cell }),
    Insert: () => press("[data-draft-new='above']"),
    Delete: () => press("[data-delete]"),
    Backspace: () => press("[data-delete]"),
    Home: (cell, event) => (event.ctrlKey ? select(cells(rows()[0])[column]) : go(cell, [0, -99])),
    End: (cell, event) => (event.ctrlKey ? select(cells(rows().at(-1))[column]) : go(cell, [0, 99])),
  };

  grid.page.addEventListener("keydown", (event) => {
    const cell = event.target.closest("tr[data-row] [data-cell]");
    if (!cell || event.metaKey || event.target.closest("input, select, textarea")) return;
    if (event.altKey) {
      const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!by) return;
      event.preventDefault();
      press(`[data-move="${by}"]`);
    } else if (STEPS[event.key] && !event.ctrlKey) {
      event.preventDefault();
      go(cell, STEPS[event.key]);
    } else if (acts[event.key] && !(event.key === "Enter" && event.target.matches("a, button"))) {
      event.preventDefault();
      acts[event.key](cell, event);
    }
  });

  // A click selects; one more into the row where one is already edits (status-grid-edit.js listens).
  let wasHere = null;
  grid.page.addEventListener("pointerdown", () => { wasHere = document.activeElement?.closest("tr[data-row]"); }, true);
  grid.page.addEventListener("click", (event) => {
    const row = event.target.closest("tr[data-row]");
    if (!row || event.target.closest("input, select, textarea")) return;
    const cell = event.target.closest("[data-cell]") || cells(row)[0];
    const edits = row === wasHere && row === grid.selectedRow();
    select(cell, { focus: !event.target.closest("a, button") });
    if (edits && !event.target.closest("a, button, .status-mark")) grid.emit("edit", { cell });
  });

  grid.page.addEventListener("status:leaving", () => {
    hadFocus = grid.region().contains(document.activeElement) || grid.isQuestioned();
  });
  const back = () => {
    const cell = current();
    if (!cell) grid.region().querySelector(".status-first input[type='text']")?.focus();
    else if (!cell.querySelector("input, select")) select(cell);
  };
  grid.page.addEventListener("status:arrived", () => {
    mark();
    // What the server sent back to be put right, or to be sent again.
    const wanted = grid.region().querySelector("[aria-invalid='true'], [data-editing] > :is(input, select), .is-open [name='description']");
    if (wanted) {
      wanted.focus();
      wanted.setSelectionRange?.(wanted.value.length, wanted.value.length);
    } else if (hadFocus) grid.emit("focus");
  });
  grid.page.addEventListener("status:focus", back);
  grid.page.addEventListener("status:select", (event) => select(event.detail.cell));
  mark();
})();
