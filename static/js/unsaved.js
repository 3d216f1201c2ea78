// <form data-warn-unsaved>: leaving the page with something typed and not saved asks first.
(() => {
  const touched = new Set();
  const note = (event) => {
    const form = event.target.form;
    if (form?.matches("[data-warn-unsaved]")) touched.add(form);
  };
  document.addEventListener("input", note);
  document.addEventListener("change", note);
  document.addEventListener("submit", (event) => {
    // An answer in another window saves nothing here.
    if (!event.submitter?.formTarget) touched.delete(event.target);
  });
  document.addEventListener("reset", (event) => touched.delete(event.target));
  window.addEventListener("beforeunload", (event) => {
    if ([...touched].some((form) => form.isConnected)) event.preventDefault();
  });
})();
