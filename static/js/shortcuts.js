// Keys: data-shortcut="n" or "g o" on a link, button or field; its words go into the list that "?" opens.
// With keys.js, which hears them, and knows the switch in that list.
(() => {
  const dialog = document.getElementById("shortcuts-dialog");
  if (!dialog) return;
  const list = document.getElementById("shortcuts-list");
  const onOff = document.getElementById("shortcuts-switch");
  const OFF = "shortcuts-off";
  const palette = document.querySelector("[data-palette-open]:has([data-palette-key])");
  let prefix = "";

  onOff.checked = localStorage.getItem(OFF) === null;
  onOff.addEventListener("change", () => {
    if (onOff.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "yes");
  });

  // The acts on many wait until something is ticked.
  const isAtHand = (element) => !element.closest("[data-bulk-bar]:not(.is-active)");
  const all = () => [...document.querySelectorAll("[data-shortcut]")].filter(isAtHand);
  const wordsOf = (element) =>
    element.dataset.shortcutWords || element.getAttribute("aria-label") || element.textContent.trim().replace(/\s+/g, " ");

  function row(keys, words) {
    const term = document.createElement("dt");
    keys.split(" ").forEach((key, index) => {
      if (index) term.append(" ");
      term.append(Object.assign(document.createElement("kbd"), { textContent: key }));
    });
    list.append(term, Object.assign(document.createElement("dd"), { textContent: words }));
  }

  function rowsOfRows() {
    if (!document.querySelector("[data-row-keys] [data-row-link]")) return;
    row("j k", "The row below or above");
    if (document.querySelector("[data-select-row]")) row("x", "Tick the row");
    row("Enter", "Open the row");
    const acts = [...document.querySelectorAll("template[data-row-acts]")].flatMap((each) => [...each.content.children]);
    const words = new Map(acts.map((act) => [`${act.dataset.rowAct} ${act.textContent.trim()}`, act.dataset.rowAct]));
    words.forEach((key, each) => row(key, `Of the row: ${each.slice(key.length + 1)}`));
  }

  function showList() {
    list.replaceChildren();
    row("?", "This list");
    if (palette) row(palette.querySelector("[data-palette-key]").textContent, "Find anything, or do it");
    if (palette && !all().some((element) => element.dataset.shortcut === "/")) row("/", "Find anything, or do it");
    row("Esc", "Close a dialog or menu");
    rowsOfRows();
    all().forEach((element) => row(element.dataset.shortcut, wordsOf(element)));
    dialog.showModal();
  }

  function press(element) {
    if (!element.matches("a:not([role='tab']), button")) element.focus();
    if (element.matches("a, button")) element.click();
  }

  // Of the palette: whatever has a key, save for ways to pages, and the buttons at the head of the page.
  document.addEventListener("acts-wanted", (event) => {
    const heads = [...document.querySelectorAll(":is(.page-actions, .order-acts) :is(a, button)")];
    new Set([...all(), ...heads]).forEach((element) => {
      const key = element.dataset.shortcut || "";
      if (key === "/" || key.includes(" ") || element.closest("dialog, details:not([open])")) return;
      event.detail.push({ words: wordsOf(element), key, run: () => press(element) });
    });
  });

  document.addEventListener("click", (event) => event.target.closest("[data-show-shortcuts]") && showList());

  document.addEventListener("single-key", (event) => {
    if (event.defaultPrevented) return;
    if (event.detail === "?") {
      event.preventDefault();
      return showList();
    }
    const keys = prefix ? `${prefix} ${event.detail}` : event.detail;
    prefix = "";
    const found = all().find((element) => element.dataset.shortcut === keys) || (keys === "/" && palette);
    if (found) {
      event.preventDefault();
      press(found);
    } else if (all().some((element) => element.dataset.shortcut.startsWith(`${keys} `))) {
      prefix = keys;
      setTimeout(() => { prefix = ""; }, 1200);
    }
  });
})();
