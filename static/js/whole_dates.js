// <form data-whole-dates>: the browser's own bubble about one half-typed date would stop all rows.  Here the form is sent
// without it, with the names of the dates that the browser could not read, so that the server says so at each.
document.querySelectorAll("form[data-whole-dates]").forEach((form) => {
  form.noValidate = true;
  form.addEventListener("formdata", ({ formData }) => {
    [...form.elements].filter((control) => control.type === "date" && control.validity.badInput)
      .forEach((control) => formData.append("unreadable", control.name));
  });
});
