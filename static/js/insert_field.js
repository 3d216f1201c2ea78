// <button data-insert="{{ client.name }}">: puts its text in at the caret of the field last written in
// (<textarea data-takes-fields>); before that, at the end of the first text of the page.
(() => {
  let last = null;

  const remember = (event) => {
    if (event.target.matches("[data-takes-fields]")) last = event.target;
  };
  document.addEventListener("focusin", remember);

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (!button) return;
    const field = last?.isConnected ? last : document.querySelector("textarea[data-takes-fields]");
    const end = field === last ? field.selectionEnd : field.value.length;
    const start = field === last ? field.selectionStart : end;
    field.focus();
    field.setRangeText(button.dataset.insert, start, end, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
})();
