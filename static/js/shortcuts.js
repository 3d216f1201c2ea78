// Keys: data-shortcut="n" or "g o" on a link, button or field; its words go into the list that "?" opens.
// They can be switched off in that list, for people who talk to their computer.
(() => {
  const dialog = document.getElementById("shortcuts-dialog");
  if (!dialog) return;
  const list = document.getElementById("shortcuts-list");
  const onOff = document.getElementById("shortcuts-switch");
  const OFF = "shortcuts-off";
  let prefix = "";

  onOff.checked = localStorage.getItem(OFF) === null;
  onOff.addEventListener("change", () => {
    if (onOff.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "yes");
  });

  const all = () => [...document.querySelectorAll("[data-shortcut]")];
  const wordsOf = (element) =>
    element.dataset.shortcutWords || element.getAttribute("aria-label") || element.textContent.trim();

  function row(keys, words) {
    const term = document.createElement("dt");
    keys.split(" ").forEach((key, index) => {
      if (index) term.append(" ");
      term.append(Object.assign(document.createElement("kbd"), { textContent: key }));
    });
    list.append(term, Object.assign(document.createElement("dd"), { textContent: words }));
  }

  function showList() {
    list.replaceChildren();
    row("?", "This list");
    row("Esc", "Close a dialog or menu");
    if (document.querySelector("[data-row-keys]")) {
      row("j k", "The row below or above");
      row("x", "Tick the row");
      row("Enter", "Open the row");
    }
    all().forEach((element) => row(element.dataset.shortcut, wordsOf(element)));
    dialog.showModal();
  }

  document.addEventListener("click", (event) => event.target.closest("[data-show-shortcuts]") && showList());

  document.addEventListener("keydown", (event) => {
    if (!onOff.checked || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest("input, select, textarea, [contenteditable], dialog")) return;
    if (event.key === "?") {
      event.preventDefault();
      return showList();
    }
    const keys = prefix ? `${prefix} ${event.key}` : event.key;
    prefix = "";
    const found = all().find((element) => element.dataset.shortcut === keys);
    if (found) {
      event.preventDefault();
      if (found.matches("input, select, textarea")) found.focus();
      else found.click();
    } else if (all().some((element) => element.dataset.shortcut.startsWith(`${keys} `))) {
      prefix = keys;
      setTimeout(() => { prefix = ""; }, 1200);
    }
  });
})();
