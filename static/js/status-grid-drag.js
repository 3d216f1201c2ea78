// Dragging a row by its handle, with mouse, pen or finger.  Without SortableJS the buttons and keys still move rows.
(() => {
  const grid = window.statusGrid;
  if (!grid || !window.Sortable) return;

  function attach() {
    const body = document.getElementById("status-rows");
    let before = [];
    grid.page.classList.add("can-drag");
    const sortable = window.Sortable.create(body, {
      draggable: "tr[data-row]",
      dataIdAttr: "data-row",
      handle: "[data-grip]",
      animation: 120,
      ghostClass: "is-dropping",
      chosenClass: "is-dragged",
      // One way of dragging for mouse and finger: the browser's own cannot drag table rows everywhere.
      forceFallback: true,
      fallbackTolerance: 4,
      onStart: () => { before = sortable.toArray(); },
      async onEnd(event) {
        if (event.oldDraggableIndex === event.newDraggableIndex) return;
        let next = event.item.nextElementSibling;
        while (next && !next.matches("tr[data-row]")) next = next.nextElementSibling;
        event.item.querySelector("[name='status']").checked = true;
        const outcome = await grid.act(body.dataset.place, { status: event.item.dataset.row, before: next?.dataset.row || "" });
        if (outcome === "failed") sortable.sort(before, true);
      },
    });
  }

  grid.page.addEventListener("status:arrived", attach);
  attach();
})();
