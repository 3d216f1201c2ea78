// <form data-image-lines>: Add Line, and Enter in the last line once it has files, add an empty line.
(() => {
  const form = document.querySelector("[data-image-lines]");
  const template = document.getElementById("image-line-template");
  if (!form || !template) return;
  const total = form.querySelector("[name$='-TOTAL_FORMS']");
  const body = form.querySelector("tbody");

  function addLine() {
    const line = template.content.cloneNode(true);
    line.querySelectorAll("[name], [id], [for]").forEach((element) => {
      for (const name of ["name", "id", "for", "aria-describedby"]) {
        const value = element.getAttribute(name);
        if (value) element.setAttribute(name, value.replace("__prefix__", total.value));
      }
    });
    total.value = Number(total.value) + 1;
    body.append(line);
    body.lastElementChild.querySelector("[name$='-files']").focus();
  }

  form.addEventListener("click", (event) => event.target.closest("[data-add-line]") && addLine());
  form.addEventListener("keydown", (event) => {
    const row = event.target.closest("tbody tr");
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || !row || row !== body.lastElementChild) return;
    if (!row.querySelector("[name$='-files']")?.value) return;
    event.preventDefault();
    addLine();
  });
})();
