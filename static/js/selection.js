// Rows ticked for an act on many: data-select-row, data-select-all, and a bar data-bulk-bar="<form id>" with
// data-bulk-count and data-bulk-clear.  Shift and click ticks the rows between.
(() => {
  let last = null;
  const rowsOf = (form) => [...document.querySelectorAll(`[data-select-row][form="${CSS.escape(form)}"]`)];

  // isTold: somebody has just ticked, or the opposite, and hears how many are.
  function refresh(form, isTold = false) {
    const rows = rowsOf(form);
    const ticked = rows.filter((row) => row.checked).length;
    document.querySelectorAll(`[data-select-all][form="${CSS.escape(form)}"]`).forEach((box) => {
      box.checked = ticked > 0 && ticked === rows.length;
      box.indeterminate = ticked > 0 && ticked < rows.length;
    });
    document.querySelectorAll(`[data-bulk-bar="${CSS.escape(form)}"]`).forEach((bar) => {
      bar.classList.toggle("is-active", ticked > 0);
      const count = bar.querySelector("[data-bulk-count]");
      const all = bar.querySelector("[data-bulk-all]");
      if (all && !ticked) all.checked = false;
      if (count) count.textContent = `${all?.checked ? all.dataset.bulkAll : ticked} selected`;
      if (count && isTold) window.say(count.textContent);
    });
  }

  function refreshAll() {
    const forms = [...document.querySelectorAll("[data-select-all]")].map((box) => box.getAttribute("form"));
    new Set(forms).forEach((form) => refresh(form));
  }

  document.addEventListener("click", (event) => {
    const row = event.target.closest("[data-select-row]");
    if (row && event.shiftKey && last && last !== row) {
      const rows = rowsOf(row.getAttribute("form"));
      const [from, to] = [rows.indexOf(last), rows.indexOf(row)].sort((a, b) => a - b);
      if (from >= 0) rows.slice(from, to + 1).forEach((other) => { other.checked = row.checked; });
    }
    if (row) last = row;
    const clear = event.target.closest("[data-bulk-clear]");
    if (clear) {
      const form = clear.closest("[data-bulk-bar]").dataset.bulkBar;
      rowsOf(form).forEach((other) => { other.checked = false; });
      refresh(form, true);
    }
  });
  // Enter in a check box would press the first button of its form, whichever that is.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.closest("[data-select-row], [data-select-all]")) event.preventDefault();
  });
  document.addEventListener("change", (event) => {
    const box = event.target.closest("[data-select-row], [data-select-all], [data-bulk-all]");
    if (!box) return;
    const form = box.getAttribute("form");
    // One row less than all is not all.
    if (!box.matches("[data-bulk-all]") && !box.checked)
      document.querySelectorAll(`[data-bulk-all][form="${CSS.escape(form)}"]`).forEach((all) => { all.checked = false; });
    if (box.matches("[data-select-all]")) rowsOf(form).forEach((row) => { row.checked = box.checked; });
    refresh(form, true);
  });
  document.addEventListener("htmx:afterSettle", refreshAll);
  window.addEventListener("pageshow", refreshAll);
})();
