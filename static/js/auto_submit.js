// <form method="get" data-auto-submit>: a changed filter takes effect at once, and empty ones stay out of the address.
// With hx-get on the form, typing in a search box takes effect after a pause as well.
(() => {
  const PAUSE = 350;
  const TEXT = "input:is([type='text'], [type='search'], :not([type]))";
  let timer = null;

  function submit(form) {
    clearTimeout(timer);
    timer = null;
    form.requestSubmit();
  }

  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (!form?.matches("[data-auto-submit]")) return;
    // Whoever leaves the search box waits no longer; but what has taken effect is not asked for once more, for the list
    // that comes would know nothing of a row that was ticked meanwhile.
    if (event.target.matches(TEXT) && timer === null) return;
    submit(form);
  });

  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form?.matches("[data-auto-submit][hx-get]") || !event.target.matches(TEXT)) return;
    clearTimeout(timer);
    timer = setTimeout(() => submit(form), PAUSE);
  });

  // Enter asks at once, or opens what is called so (search_box.js).
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    clearTimeout(timer);
    timer = null;
  });

  document.addEventListener("formdata", (event) => {
    if (!event.target.matches("[data-auto-submit]")) return;
    for (const [name, value] of [...event.formData.entries()]) {
      if (value === "") event.formData.delete(name);
    }
  }, true);

  // The button is for those without scripts; here it would only repeat what has happened.
  document.querySelectorAll("[data-auto-submit] [data-auto-submit-button]").forEach((button) => {
    button.hidden = true;
  });
})();
