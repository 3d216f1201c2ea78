// Editing a cell in its place.  The control is taken from #status-pattern; Enter, Tab and leaving save, Escape gives up.
// An editor that is open while the list is replaced moves, with its caret, into the new one.
(() => {
  const grid = window.statusGrid;
  if (!grid) return;
  const shown = new WeakMap(); // what a cell showed before its editor opened
  const openedWith = new WeakMap(); // what an editor held before anybody typed
  const sending = new Map(); // by row and column: what is on its way to the server, which is the value until it answers
  let carried = [];
  let quiet = false; // while we take a control away ourselves: the browser tells of that as of leaving it
  let byMouse = false;

  const editorOf = (cell) => cell?.querySelector(":scope > :is(input, select)");
  const cellOf = ({ row, name }) => grid.region().querySelector(`tr[data-row="${row}"] > [data-cell="${name}"]`);
  const keyOf = (cell) => ({ row: cell.parentElement.dataset.row, name: cell.dataset.cell });
  const placeOf = ({ row, name }) => `${row} ${name}`;
  const valueOf = (cell) => sending.get(placeOf(keyOf(cell))) ?? cell.dataset.value;

  function fill(cell, nodes) {
    quiet = true;
    cell.replaceChildren(...nodes);
    quiet = false;
  }

  function put(cell, control) {
    if (!shown.has(cell)) shown.set(cell, [...cell.childNodes]);
    fill(cell, [control]);
    cell.dataset.editing = "";
  }

  function open(cell, typed = valueOf(cell)) {
    const pattern = document.getElementById("status-pattern").content.querySelector(`[name="${cell.dataset.cell}"]`);
    const control = pattern.cloneNode(true);
    ["id", "form", "required", "placeholder"].forEach((name) => control.removeAttribute(name));
    const description = cell.parentElement.querySelector("[data-cell='description']").dataset.words;
    control.setAttribute("aria-label", `${cell.dataset.label}: ${description}`);
    const offered = [...(control.options || [])].some((option) => option.value === cell.dataset.value);
    // Whom the form offers no more may stay where he is.
    if (control.options && !offered) control.add(new Option(cell.dataset.words, cell.dataset.value));
    control.value = typed;
    openedWith.set(control, valueOf(cell));
    put(cell, control);
    control.focus();
    control.select?.();
  }

  function close(cell) {
    delete cell.dataset.editing;
    const drawnHere = shown.has(cell);
    fill(cell, drawnHere ? shown.get(cell) : [cell.dataset.words || "—"]);
    shown.delete(cell);
    if (!drawnHere) grid.refresh(); // it came from the server, with an error
  }

  // An editor that the server sent back says why; leaving it untouched would only ask the same again.
  function wasSentBack(cell, control) {
    const untouched = control.options ? control.selectedOptions[0]?.defaultSelected : control.value === control.defaultValue;
    return !shown.has(cell) && untouched;
  }

  function commit(cell) {
    const control = editorOf(cell);
    if (!control) return;
    const { value } = control;
    if (value === valueOf(cell) && shown.has(cell)) return close(cell);
    const words = control.options ? control.selectedOptions[0]?.text : value;
    delete cell.dataset.editing;
    shown.delete(cell);
    fill(cell, [words || "—"]);
    cell.classList.add("is-saving");
    const key = keyOf(cell);
    sending.set(placeOf(key), value);
    grid.act(cell.parentElement.querySelector(".status-toggle").getAttribute("formaction"), { [key.name]: value }).then((outcome) => {
      if (sending.get(placeOf(key)) === value) sending.delete(placeOf(key));
      const now = cellOf(key);
      if (!now || !["dropped", "failed"].includes(outcome)) return;
      now.classList.remove("is-saving");
      open(now, value);
    });
  }

  function edit(cell) {
    const toggle = cell.querySelector(".status-toggle");
    if (toggle) toggle.click();
    else if (cell.dataset.value !== undefined && !editorOf(cell)) open(cell);
  }

  function goOn(cell, by) {
    const cells = [...grid.region().querySelectorAll("tr[data-row] > [data-cell]:not([data-cell='open_orders'])")];
    const next = cells[cells.indexOf(cell) + by];
    if (!next) return false;
    commit(cell);
    grid.emit("select", { cell: next });
    if (next.dataset.value !== undefined) open(next);
    return true;
  }

  grid.page.addEventListener("status:edit", (event) => edit(event.detail.cell));

  grid.page.addEventListener("keydown", (event) => {
    const cell = event.target.closest("[data-cell]");
    if (!cell || event.target !== editorOf(cell) || event.isComposing) return;
    byMouse = false;
    if (event.key === "Enter") {
      commit(cell);
      grid.emit("select", { cell });
    } else if (event.key === "Escape") {
      close(cell);
      grid.emit("select", { cell });
    } else if (event.key !== "Tab" || !goOn(cell, event.shiftKey ? -1 : 1)) return;
    event.preventDefault();
    event.stopPropagation();
  });

  // Picking from a menu by mouse or finger is a decision; walking through it with the arrow keys is not.
  grid.page.addEventListener("pointerdown", () => { byMouse = true; });
  grid.page.addEventListener("change", (event) => {
    const cell = event.target.closest("[data-cell]");
    if (!byMouse || !event.target.matches("select") || event.target !== editorOf(cell)) return;
    commit(cell);
    grid.emit("select", { cell });
  });
  grid.page.addEventListener("focusout", (event) => {
    const cell = event.target.closest("[data-cell]");
    if (quiet || !cell || event.target !== editorOf(cell) || !document.hasFocus()) return;
    if (!wasSentBack(cell, event.target)) commit(cell);
  });

  grid.page.addEventListener("status:leaving", () => {
    quiet = true;
    carried = [...grid.region().querySelectorAll("[data-editing]")].filter((cell) => shown.has(cell)).map((cell) => {
      const control = editorOf(cell);
      return { ...keyOf(cell), control, hadFocus: control === document.activeElement, caret: [control.selectionStart, control.selectionEnd] };
    });
  });
  grid.page.addEventListener("status:arrived", () => {
    carried.forEach(({ control, hadFocus, caret, ...key }) => {
      const cell = cellOf(key);
      if (!cell || editorOf(cell)) return;
      // Opened while the cell was being saved, and not touched since: it would put the old value back.
      if (control.value === openedWith.get(control) && control.value !== valueOf(cell)) return open(cell);
      put(cell, control);
      if (!hadFocus) return;
      control.focus();
      if (control.setSelectionRange) control.setSelectionRange(...caret);
    });
    quiet = false;
  });
})();
