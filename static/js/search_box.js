// Search boxes: Enter marks what was typed, so that the next words, or the next scan, come in its place.
// [data-opens-exact]: Enter opens the order whose number it is; where there is none, it narrows the list as elsewhere.
(() => {
  async function openExact(box) {
    const address = `${document.body.dataset.find}?${new URLSearchParams({ q: box.value, go: "yes" })}`;
    const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
    const to = answer?.headers.get("HX-Redirect");
    if (to) location.assign(to);
    else box.form.requestSubmit();
  }

  document.addEventListener("keydown", (event) => {
    const box = event.target;
    if (event.key !== "Enter" || event.isComposing || !box.matches("input[type='search']")) return;
    box.select();
    if (!box.value.trim() || !box.matches("[data-opens-exact]")) return;
    event.preventDefault();
    openExact(box);
  });

  // A page that comes with the words it was asked for is typed into afresh.
  document.querySelector("input[type='search'][autofocus]")?.select();
})();
