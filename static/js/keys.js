// Single keys, pressed where nobody types: told to whoever listens as the event "single-key", whose detail is the key.
// They can be switched off in the list that "?" opens, for people who talk to their computer.
//
// A scanner types, too, and ends with Enter: what comes faster than fingers, with a digit in it, is an order's number,
// and presses no key of ours.  It is looked up (data-find of the page), wherever one is.
(() => {
  const OFF = "shortcuts-off";
  const FASTER_THAN_FINGERS = 40; // ms between two keys
  const SHORTEST_SCAN = 3;
  const TYPES = "input:not([type='checkbox'], [type='radio'])";
  const BUSY = `${TYPES}, select, textarea, [contenteditable], dialog, details.menu[open]`;
  let typed = [];
  let timer;

  function tell(key) {
    const target = document.activeElement || document.body;
    return target.dispatchEvent(new CustomEvent("single-key", { bubbles: true, cancelable: true, detail: key }));
  }

  function tellAll() {
    clearTimeout(timer);
    const keys = typed;
    typed = [];
    keys.forEach(tell);
  }

  function lookUp(event) {
    const words = typed.join("");
    const address = document.body.dataset.find;
    if (!address || words.length < SHORTEST_SCAN || !/\d/.test(words)) return tellAll();
    event.preventDefault();
    clearTimeout(timer);
    typed = [];
    location.assign(`${address}?${new URLSearchParams({ q: words, go: "yes" })}`);
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing) return;
    if (localStorage.getItem(OFF) !== null || event.target.closest(BUSY)) return;
    if (event.key === "Enter") return lookUp(event);
    if (event.key.length > 1) return event.key === "Shift" ? undefined : tellAll();
    if (event.key === " ") return tellAll();
    if (event.repeat || (!typed.length && !/[\p{L}\p{N}]/u.test(event.key))) {
      tellAll();
      if (!tell(event.key)) event.preventDefault();
      return;
    }
    typed.push(event.key);
    clearTimeout(timer);
    timer = setTimeout(tellAll, FASTER_THAN_FINGERS);
  });
})();
