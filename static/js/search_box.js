// Search boxes: Enter marks what was typed, so that the next words, or the next scan, come in its place.
// [data-opens-exact]: Enter opens the order whose number it is, besides narrowing the list.
(() => {
  document.addEventListener("keydown", (event) => {
    const box = event.target;
    if (event.key !== "Enter" || event.isComposing || !box.matches("input[type='search']")) return;
    box.select();
    if (!box.value.trim() || !box.matches("[data-opens-exact]")) return;
    const address = `${document.body.dataset.find}?${new URLSearchParams({ q: box.value, go: "yes" })}`;
    window.htmx?.ajax("GET", address, { source: box, swap: "none" });
  });

  // A page that comes with the words it was asked for is typed into afresh.
  document.querySelector("input[type='search'][autofocus]")?.select();
})();
