// A question before an act.  On the form, or on one of its buttons:
//   data-confirm="What will happen, in a sentence."
//   data-confirm-title="Delete “At lab”?"   data-confirm-ok="Delete"   data-confirm-danger
(() => {
  const dialog = document.getElementById("confirm-dialog");
  if (!dialog) return;
  const ok = dialog.querySelector("[data-confirm-ok]");
  let agreed = null;

  function ask(asked, form, submitter) {
    dialog.querySelector("#confirm-dialog-title").textContent = asked.dataset.confirmTitle || "Are you sure?";
    dialog.querySelector("#confirm-dialog-text").textContent = asked.dataset.confirm;
    ok.textContent = asked.dataset.confirmOk || submitter?.textContent.trim() || "OK";
    ok.classList.toggle("button-danger", "confirmDanger" in asked.dataset);
    dialog.returnValue = "";
    dialog.addEventListener("close", () => {
      if (dialog.returnValue !== "ok") return;
      agreed = form;
      form.requestSubmit(submitter);
    }, { once: true });
    dialog.showModal();
  }

  // In the capture phase, before htmx and the other behaviours see the submit.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const asked = [event.submitter, form].find((element) => element?.dataset.confirm);
    if (!asked) return;
    if (agreed === form) {
      agreed = null;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(asked, form, event.submitter);
  }, true);
})();
