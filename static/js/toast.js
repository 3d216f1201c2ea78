// Messages: dismiss by button; good news goes by itself, anything else waits to be read.
// The server may send one with an htmx answer:  HX-Trigger: {"toast": {"text": "Saved.", "tone": "success"}}, and with href and words a link after it.
(() => {
  const STAYS = 6000;
  const region = document.getElementById("messages");
  const pattern = document.getElementById("toast-template");
  if (!region) return;

  function fade(toast) {
    if (toast.dataset.toast !== "success") return;
    let timer;
    const start = () => { timer = setTimeout(() => toast.remove(), STAYS); };
    const stop = () => clearTimeout(timer);
    toast.addEventListener("mouseenter", stop);
    toast.addEventListener("mouseleave", start);
    toast.addEventListener("focusin", stop);
    toast.addEventListener("focusout", start);
    start();
  }

  function say(text, tone = "info", href = "", words = "") {
    if (!pattern) return;
    const toast = pattern.content.firstElementChild.cloneNode(true);
    toast.className = `toast toast-${tone}`;
    toast.dataset.toast = tone;
    toast.querySelector(".toast-text").textContent = text;
    if (href) toast.querySelector(".toast-text").append(" ", Object.assign(document.createElement("a"), { href, textContent: words }));
    region.append(toast);
  }

  region.querySelectorAll("[data-toast]").forEach(fade);
  new MutationObserver((changes) => {
    changes.forEach((change) => change.addedNodes.forEach((node) => node.dataset?.toast && fade(node)));
  }).observe(region, { childList: true });

  document.addEventListener("click", (event) => event.target.closest("[data-toast-dismiss]")?.closest("[data-toast]").remove());
  document.addEventListener("toast", (event) => say(event.detail.text, event.detail.tone, event.detail.href, event.detail.words));
  // A server that is away is told of by server_away.js.
  document.addEventListener("htmx:responseError", (event) => {
    const { status } = event.detail.xhr;
    const signIn = `${document.body.dataset.signIn}?${new URLSearchParams({ next: location.pathname + location.search })}`;
    if (status === 401) say("You are not signed in any more. What you typed is still here.", "error", signIn, "Sign in");
    else if (status === 403) say("You may not do this.", "error");
    else if (![502, 503, 504].includes(status)) say("Something went wrong, and nothing was changed. Please reload the page and try again.", "error");
  });
})();
