// Rows of controls: the first row, which adds at the bottom, and the new row that New and Insert open in its place.
// What stands in them outlives the list being replaced by the answer to something else.
(() => {
  const grid = window.statusGrid;
  if (!grid) return;
  let carried = [];
  let sender = null;

  const rowsBody = () => document.getElementById("status-rows");
  const draftOf = (kind) => grid.region().querySelector(`tr[data-draft="${kind}"]`);
  const formOf = (draft) => draft.querySelector("form");
  const description = (draft) => draft.querySelector("[name='description']");
  const typed = (draft) => description(draft).value.trim() !== "";

  function place(draft) {
    const { above, insteadOf } = draft.dataset;
    const row = grid.region().querySelector(`tr[data-row="${insteadOf || above}"]`);
    if (row && insteadOf) row.replaceWith(draft);
    else rowsBody().insertBefore(draft, row);
  }

  function start(above) {
    let draft = draftOf("row");
    if (!draft || !typed(draft)) {
      draft?.remove();
      draft = document.getElementById("status-pattern").content.firstElementChild.cloneNode(true);
      if (above) {
        draft.dataset.above = above.dataset.row;
        draft.querySelector("[name='above']").value = above.dataset.row;
      }
      place(draft);
    }
    grid.region().querySelectorAll(".empty").forEach((empty) => empty.remove());
    description(draft).focus({ preventScroll: true });
    draft.scrollIntoView({ block: "nearest" });
  }

  function giveUp(draft) {
    if (draft.dataset.draft === "first") {
      draft.querySelectorAll("input:not([type='hidden'], [type='checkbox']), select").forEach((control) => { control.value = ""; });
      draft.querySelectorAll("[type='checkbox']").forEach((box) => { box.checked = false; });
      draft.classList.remove("is-open");
      draft.querySelectorAll(".errorlist").forEach((list) => list.remove());
      draft.querySelectorAll("[aria-invalid]").forEach((control) => control.removeAttribute("aria-invalid"));
    } else if (draft.dataset.insteadOf) grid.refresh();
    else {
      draft.remove();
      if (!rowsBody().children.length) grid.refresh();
    }
  }

  grid.page.addEventListener("click", (event) => {
    const tool = event.target.closest("[data-draft-new]");
    const cancel = event.target.closest("[data-draft-cancel]");
    if (!tool && !cancel) return;
    event.preventDefault();
    if (tool) return start(tool.dataset.draftNew === "above" ? grid.selectedRow() : null);
    giveUp(cancel.closest("[data-draft]"));
    grid.emit("focus");
  });

  grid.page.addEventListener("keydown", (event) => {
    const draft = event.target.closest("[data-draft]");
    if (!draft || event.isComposing || event.target.matches("a, button")) return;
    if (event.key === "Enter") formOf(draft).requestSubmit();
    else if (event.key === "Escape") {
      giveUp(draft);
      if (draft.dataset.draft === "row") grid.emit("focus");
    } else return;
    event.preventDefault();
  });

  // Leaving a new row saves it, as in every grid; an empty one goes.
  grid.page.addEventListener("focusout", (event) => {
    const draft = event.target.closest("[data-draft='row']");
    if (!draft?.isConnected || draft.contains(event.relatedTarget) || !document.hasFocus()) return;
    setTimeout(() => {
      if (!draft.isConnected || draft.contains(document.activeElement) || sender === formOf(draft)) return;
      if (!typed(draft) && !draft.dataset.insteadOf) giveUp(draft);
      else if (!draft.querySelector("[aria-invalid]")) formOf(draft).requestSubmit();
    }, 150);
  });

  grid.page.addEventListener("status:sending", (event) => { sender = event.detail.sender; });
  grid.page.addEventListener("status:leaving", () => {
    carried = [...grid.region().querySelectorAll("[data-draft]")]
      .filter((draft) => formOf(draft) !== sender && (draft.dataset.draft === "row" || typed(draft)))
      .map((draft) => ({ draft, focus: draft.contains(document.activeElement) ? document.activeElement : null }));
  });
  grid.page.addEventListener("status:arrived", () => {
    carried.forEach(({ draft, focus }) => {
      if (draft.dataset.draft === "first") draftOf("first").replaceWith(draft);
      else if (!draftOf("row")) place(draft);
      focus?.focus();
    });
    const added = sender?.id === "status-first" && grid.region().dataset.outcome === "done";
    if (added) description(draftOf("first")).focus({ preventScroll: true });
    sender = null;
  });
})();
