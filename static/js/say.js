// Told to a screen reader: what others see change.  A part of the page that was fetched anew says the words of its
// [data-said]; so does a list that is opened filtered, of data-said="found".  Scripts have window.say("3 selected").
(() => {
  const PAUSE = 150; // a region has to be seen empty before it speaks, and of changes in a row the last one counts
  let timer;

  // While a dialog is open, whatever lies outside is silent.
  const region = () => document.querySelector("dialog[open] [data-saying]") || document.querySelector("body > [data-saying]");

  window.say = (words) => {
    const said = region();
    if (!said) return;
    said.textContent = "";
    clearTimeout(timer);
    timer = setTimeout(() => { said.textContent = words; }, PAUSE);
  };

  function sayWordsIn(part) {
    const words = part.matches("[data-said]") ? part : part.querySelector("[data-said]");
    if (words?.textContent.trim()) window.say(words.textContent.trim());
  }

  document.addEventListener("htmx:afterSettle", (event) => {
    // A dialog that opens is read by itself.
    if (event.detail.target?.id !== "page-dialog-body") sayWordsIn(event.target);
  });
  window.addEventListener("load", () => {
    const found = location.search && document.querySelector("main [data-said='found']");
    if (found) window.say(found.textContent.trim());
  });
})();
