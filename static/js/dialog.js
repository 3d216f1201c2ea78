// <a href="/orders/1/advance/" data-dialog>: opens that page in a dialog instead.  With scripts off it is a link.
// Its title is data-dialog-title, else what the link is called.
// The page marks what belongs in the dialog with data-dialog-content; its forms are then sent by htmx.  An answer with
// errors stays in the dialog; a redirect is followed by the whole window (studio.middleware.DialogMiddleware).
(() => {
  const dialog = document.getElementById("page-dialog");
  if (!dialog || !window.htmx) return;
  const body = document.getElementById("page-dialog-body");
  const title = document.getElementById("page-dialog-title");
  const headers = { "X-Dialog": "1" };
  let address = "";

  document.addEventListener("click", (event) => {
    const close = event.target.closest("[data-dialog-close]");
    if (close?.closest("dialog")) {
      event.preventDefault();
      close.closest("dialog").close();
      return;
    }
    const link = event.target.closest("a[data-dialog]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    address = link.href;
    title.textContent = link.dataset.dialogTitle || link.getAttribute("aria-label") || link.textContent.trim();
    dialog.classList.toggle("dialog-wide", link.dataset.dialog === "wide");
    window.htmx.ajax("GET", address, { target: body, swap: "innerHTML", select: "[data-dialog-content]", headers });
  });

  // The page may have become another one (signed out, order gone): then show that page itself.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target !== body || event.detail.xhr.getResponseHeader("HX-Redirect")) return;
    if (event.detail.xhr.responseText.includes("data-dialog-content")) return;
    event.detail.shouldSwap = false;
    location.assign(address);
  });

  // To another section of this same page: the browser would only scroll, and show what was true before.
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const next = event.detail.xhr.getResponseHeader("HX-Redirect");
    if (!next) return;
    const to = new URL(next, location.href);
    if (!to.hash || to.pathname + to.search !== location.pathname + location.search) return;
    event.preventDefault();
    location.hash = to.hash;
    location.reload();
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== body) return;
    body.querySelectorAll("form[method='post']:not([hx-post])").forEach((form) => {
      form.setAttribute("hx-post", form.getAttribute("action") || address);
      form.setAttribute("hx-target", "#page-dialog-body");
      form.setAttribute("hx-select", "[data-dialog-content]");
      form.setAttribute("hx-swap", "innerHTML");
      form.setAttribute("hx-headers", JSON.stringify(headers));
      window.htmx.process(form);
    });
    if (!dialog.open) dialog.showModal();
    const wanted = "[autofocus], :is(input, select, textarea):not([type='hidden'], [readonly], [disabled])";
    (body.querySelector("[aria-invalid='true']") || body.querySelector(wanted))?.focus();
    // htmx would focus it once more as it settles: away from the field that is wrong, or that one has begun to type in.
    body.querySelector("[autofocus]")?.removeAttribute("autofocus");
  });

  dialog.addEventListener("click", (event) => {
    const link = event.target.closest("[data-dialog-cancel]");
    if (!link) return;
    event.preventDefault();
    dialog.close();
  });
  dialog.addEventListener("close", () => body.replaceChildren());
})();
