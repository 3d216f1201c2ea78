// An act that comes back to the page it was started from leaves people where they were: the page scrolled as before,
// the focus on what they had used, or on the next of its kind where that has gone from its place (the task is done, the
// order has a later due date).  What a letter did to a row leaves it on the row, or on the next.
(() => {
  const KEY = "place";
  const FRESH = 30000; // longer than any answer takes
  const MOST = 12; // acts or rows that are remembered
  const ACTS = "main a[data-dialog], main form[method='post'] button";
  const ROWS = "main [data-row-keys] [data-row]:has([data-row-link])";
  const here = () => location.pathname + location.search;
  const keyOf = (act) => act.href || `${act.form?.action} ${act.name} ${act.value}`;
  // "advance" of /orders/7/advance/?next=/
  const kindOf = (act) => new URL(act.href || act.form.action, location.href).pathname.split("/").at(-2);
  const actsOf = (kind) => [...document.querySelectorAll(ACTS)].filter((act) => kindOf(act) === kind);
  const rows = () => [...document.querySelectorAll(ROWS)];
  const linkOf = (row) => row.querySelector("[data-row-link]");
  const addressOf = (row) => new URL(linkOf(row).href).pathname; // without its place in the list
  let used = null;

  // Before dialog.js, which takes links over; the act is remembered when its form is sent.
  document.addEventListener("click", (event) => {
    const act = event.target.closest(ACTS);
    if (act && !act.closest("dialog")) used = act;
  }, true);

  function from(keys, at) {
    return { at, next: at < 0 ? [] : keys.slice(at, at + MOST) };
  }

  document.addEventListener("submit", (event) => {
    if (event.target.method !== "post" || !(used || event.target.closest("main"))) return;
    const kind = used && kindOf(used);
    const alike = actsOf(kind);
    sessionStorage.setItem(KEY, JSON.stringify({
      address: here(),
      y: scrollY,
      kind,
      acts: from(alike.map(keyOf), alike.indexOf(used)),
      rows: from(rows().map(addressOf), rows().indexOf(used?.closest(ROWS))),
      at: Date.now(),
    }));
  }, true);

  const kept = JSON.parse(sessionStorage.getItem(KEY) || "null");
  sessionStorage.removeItem(KEY);
  if (!kept || kept.address !== here() || Date.now() - kept.at > FRESH) return;
  if (document.querySelector("main [aria-invalid='true'], main [autofocus]")) return; // those come first

  const isSeen = (element) => {
    const box = element?.getBoundingClientRect();
    return box && box.height > 0 && box.top >= 0 && box.bottom <= innerHeight;
  };

  // found: [key, element] of what is there now, in its order.
  function nextOf({ at, next }, found) {
    const now = new Map(found);
    const hasStayed = found[at]?.[0] === next[0];
    const wanted = hasStayed ? next : [...next.slice(1), ...next.slice(0, 1)];
    return now.get(wanted.find((key) => isSeen(now.get(key))));
  }

  window.addEventListener("load", () => {
    scrollTo({ top: kept.y, behavior: "instant" });
    const acts = actsOf(kept.kind).map((act) => [keyOf(act), act]);
    const links = rows().map((row) => [addressOf(row), linkOf(row)]);
    (nextOf(kept.acts, acts) || nextOf(kept.rows, links))?.focus({ preventScroll: true });
  });
})();
