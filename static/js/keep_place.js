// An act that comes back to the page it was started from leaves people where they were: the page scrolled as before,
// the focus on what they had used, or on the next of its kind where that is gone (the task is done, the order left).
(() => {
  const KEY = "place";
  const FRESH = 30000; // longer than any answer takes
  const ACTS = "main a[data-dialog], main form[method='post'] button";
  const here = () => location.pathname + location.search;
  const keyOf = (act) => act.href || `${act.form?.action} ${act.name} ${act.value}`;
  // "advance" of /orders/7/advance/?next=/
  const kindOf = (act) => new URL(act.href || act.form.action, location.href).pathname.split("/").at(-2);
  let used = null;

  // Before dialog.js, which takes links over; the act is remembered when its form is sent.
  document.addEventListener("click", (event) => {
    const act = event.target.closest(ACTS);
    if (act && !act.closest("dialog")) used = act;
  }, true);

  document.addEventListener("submit", (event) => {
    if (event.target.method !== "post" || !(used || event.target.closest("main"))) return;
    const alike = [...document.querySelectorAll(ACTS)].filter((act) => used && kindOf(act) === kindOf(used));
    const next = alike.slice(alike.indexOf(used)).slice(0, 12).map(keyOf);
    sessionStorage.setItem(KEY, JSON.stringify({ address: here(), y: scrollY, next, at: Date.now() }));
  }, true);

  const kept = JSON.parse(sessionStorage.getItem(KEY) || "null");
  sessionStorage.removeItem(KEY);
  if (!kept || kept.address !== here() || Date.now() - kept.at > FRESH) return;
  if (document.querySelector("main [aria-invalid='true'], main [autofocus]")) return; // those come first
  window.addEventListener("load", () => {
    scrollTo({ top: kept.y, behavior: "instant" });
    const acts = new Map([...document.querySelectorAll(ACTS)].map((act) => [keyOf(act), act]));
    const seen = (act) => {
      const box = act?.getBoundingClientRect();
      return box && box.height > 0 && box.top >= 0 && box.bottom <= innerHeight;
    };
    acts.get(kept.next.find((key) => seen(acts.get(key))))?.focus({ preventScroll: true });
  });
})();
