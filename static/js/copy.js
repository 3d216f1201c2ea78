// <button type="button" class="needs-script" data-copy="id of a field">: copies what the field holds, and says so.
(() => {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const field = document.getElementById(button.dataset.copy);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      button.textContent = "Copied";
    } catch {
      // Not over plain http: the field is selected, and the keyboard copies it.
      button.textContent = "Selected: copy it with the keyboard";
    }
  });
})();
