// A form that is on its way cannot be sent again.  Leave out with data-submit-many (a form that answers with a file).
// The server does not rely on this: a request key makes a double submit one act.
(() => {
  const release = (form) => {
    delete form.dataset.sending;
    form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  };

  document.addEventListener("submit", (event) => {
    if (!event.target.dataset.sending) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);

  // Last of all who hear of the submit: one that another behaviour has stopped is not on its way, save for htmx's.
  window.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || "submitMany" in form.dataset) return;
    if (event.defaultPrevented && !form.matches("[hx-post], .htmx-request")) return;
    if (event.submitter?.formTarget) return; // the answer goes to another window; this page stays
    form.dataset.sending = "yes";
    event.submitter?.setAttribute("aria-busy", "true");
  });

  document.addEventListener("form-stays", (event) => release(event.target));
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest?.("form");
    if (form) release(form);
  });
  // Coming back by the Back button shows the page as it was left.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sending]").forEach(release);
  });
})();
