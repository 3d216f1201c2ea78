// A server that is away for a moment costs no word: the page says so, stays with what was typed, and the form can be sent
// again, under its request key, which makes it once.  Where the browser shows its own page instead, Back leads to what was
// typed (keep_typed.js).
(() => {
  const WORDS = "The studio’s server does not answer just now. What you typed is still here: send it again in a moment. It is done once.";
  const AWAY = [502, 503, 504];

  function stay(form) {
    form.dispatchEvent(new CustomEvent("form-stays", { bubbles: true }));
    document.dispatchEvent(new CustomEvent("toast", { detail: { text: WORDS, tone: "error" } }));
  }

  // Last of all: what another behaviour has stopped or sent is not ours.
  window.addEventListener("submit", (event) => {
    if (navigator.onLine || event.defaultPrevented || event.target.method !== "post") return;
    event.preventDefault();
    stay(event.target);
  });
  document.addEventListener("htmx:sendError", (event) => stay(event.target));
  document.addEventListener("htmx:responseError", (event) => AWAY.includes(event.detail.xhr.status) && stay(event.target));
})();
