// A form that is on its way cannot be sent again.  Leave out with data-submit-many (a form that answers with a file).
// The server does not rely on this: a request key makes a double submit one act.
(() => {
  const release = (form) => {
    delete form.dataset.sending;
    form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || "submitMany" in form.dataset) return;
    if (form.dataset.sending) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.dataset.sending = "yes";
    event.submitter?.setAttribute("aria-busy", "true");
    // Another behaviour may have stopped the submit after all.
    setTimeout(() => {
      if (event.defaultPrevented && !form.matches("[hx-post], .htmx-request")) release(form);
    });
  }, true);

  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest?.("form");
    if (form) release(form);
  });
  // Coming back by the Back button shows the page as it was left.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sending]").forEach(release);
  });
})();
