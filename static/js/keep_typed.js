// What is typed in a form is kept in this tab for an hour, for whoever is signed in: after reloading, after Escape in a
// dialog, after coming back, it is in the form again.  Never passwords or files; gone once it is saved, discarded by
// Cancel, or somebody signs out.  Leave out with data-not-kept (the status list has its own way).
(() => {
  const FRESH = 3600000;
  const PREFIX = "typed ";
  const SENT = "typed-sent"; // the form that is on its way, until its answer is here
  const SIGNED_OUT = "signed-out-at"; // in all tabs
  const FIELDS = ":is(input, select, textarea):not([type='hidden'], [type='password'], [type='file'], [type='submit'])";
  const { person } = document.body.dataset;
  if (!person) return; // the page for signing in: whoever comes back finds it

  const isKept = (form) => form?.getAttribute("method")?.toLowerCase() === "post" && !form.closest("[data-not-kept], .sidebar");
  const targetOf = (form) => new URL(form.getAttribute("hx-post") || form.getAttribute("action") || location.href, location.href);
  const keyOf = (form) => `${PREFIX}${targetOf(form).pathname} ${form.id}`;
  const fieldsOf = (form) => [...form.elements].filter((field) => field.name && field.matches(FIELDS));
  const isBox = (field) => field.type === "checkbox" || field.type === "radio";

  function stateOf(field) {
    if (isBox(field)) return [field.checked, field.defaultChecked];
    if (!field.options) return [field.value, field.defaultValue];
    const chosen = (is) => [...field.options].filter(is).map((option) => option.value).join("\n");
    const usual = chosen((option) => option.defaultSelected);
    return [chosen((option) => option.selected), usual || (field.multiple ? "" : field.options[0]?.value)];
  }

  function write(key, value) {
    try {
      sessionStorage.setItem(key, JSON.stringify(value));
    } catch { /* full, or not allowed: then it is as without scripts */ }
  }

  const read = (key) => JSON.parse(sessionStorage.getItem(key) || "null");
  const forget = (form) => sessionStorage.removeItem(keyOf(form));

  function note(form) {
    const fields = fieldsOf(form);
    const changed = fields.map((field) => {
      const at = fields.filter((other) => other.name === field.name).indexOf(field);
      return { name: field.name, at, now: stateOf(field)[0], was: stateOf(field)[1] };
    }).filter(({ now, was }) => now !== was);
    if (!changed.length) return forget(form);
    write(keyOf(form), { person, at: Date.now(), changed, key: form.elements.request_key?.value });
  }

  function fieldOf(form, { name, at }) {
    const find = () => fieldsOf(form).filter((field) => field.name === name)[at];
    const more = form.querySelector("[data-add-line]"); // a line that was added by hand
    for (let tries = 0; more && !find() && tries < 50; tries += 1) more.click();
    return find();
  }

  function put(field, value) {
    if (isBox(field)) field.checked = value;
    else if (field.multiple) [...field.options].forEach((option) => { option.selected = value.split("\n").includes(option.value); });
    else field.value = value;
  }

  function restore(form, { isSentAgain = false } = {}) {
    const kept = isKept(form) && read(keyOf(form));
    // What the server has put in is newer: it was refused, or kept while nobody was signed in.
    if (!kept || form.elements.kept_form || form.querySelector("[aria-invalid='true'], .errorlist")) return;
    const found = kept.changed.map((each) => [fieldOf(form, each), each]).filter(([field, { now }]) => field && stateOf(field)[0] !== now);
    if (isSentAgain && kept.key && form.elements.request_key) form.elements.request_key.value = kept.key; // done once
    if (!found.length) return;
    const isChanged = found.some(([field, { was }]) => stateOf(field)[1] !== was);
    found.forEach(([field, { now }]) => put(field, now));
    found.forEach(([field]) => field.dispatchEvent(new Event("change", { bubbles: true })));
    say(form, isChanged, isSentAgain);
  }

  function say(form, isChanged, isSentAgain) {
    const notice = document.getElementById("typed-notice")?.content.firstElementChild.cloneNode(true);
    if (!notice) return;
    notice.querySelector("[data-typed-changed]").hidden = !isChanged;
    notice.querySelector("[data-typed-unanswered]").hidden = !isSentAgain;
    notice.querySelector("[data-typed-discard]").addEventListener("click", () => {
      form.reset();
      forget(form);
      notice.remove();
    });
    form.before(notice);
  }

  function forgetAll(isOld = () => true) {
    Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX) && isOld(read(key))).forEach((key) => sessionStorage.removeItem(key));
  }

  // The answer to a form that was sent is this page: unless one came back to it, or it was refused.
  const [{ type, responseStatus = 200 } = {}] = performance.getEntriesByType("navigation");
  function arrived(isBack) {
    const sent = read(SENT);
    sessionStorage.removeItem(SENT);
    if (!sent) return false;
    if (isBack) return true;
    if (responseStatus < 400 && !document.querySelector("main [name='kept_form'], main .errorlist")) sessionStorage.removeItem(sent.key);
    return false;
  }

  forgetAll((kept) => kept.person !== person || Date.now() - kept.at > FRESH || kept.at < Number(localStorage.getItem(SIGNED_OUT)));
  const isSentAgain = arrived(type === "back_forward");
  window.addEventListener("load", () => [...document.forms].forEach((form) => restore(form, { isSentAgain })));
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    const isUnanswered = arrived(true);
    if (isUnanswered) [...document.forms].filter((form) => isKept(form) && read(keyOf(form))).forEach((form) => say(form, false, true));
  });
  // A form that was fetched is as one on a page; one in the answer to a form holds what the server has made of it.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.requestConfig?.verb === "get") event.target.querySelectorAll("form").forEach((form) => restore(form));
    else if (event.detail.xhr?.status < 400) event.target.querySelectorAll("form").forEach((form) => isKept(form) && note(form));
  });

  const typed = (event) => event.target.form && isKept(event.target.form) && note(event.target.form);
  document.addEventListener("input", typed);
  document.addEventListener("change", typed);
  document.addEventListener("reset", (event) => isKept(event.target) && forget(event.target));

  window.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    if (form.matches("[data-sign-out]")) {
      forgetAll();
      localStorage.setItem(SIGNED_OUT, Date.now());
    } else if (isKept(form) && !event.defaultPrevented && !submitter?.formTarget) write(SENT, { key: keyOf(form) });
  });
  document.addEventListener("form-stays", () => sessionStorage.removeItem(SENT));
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest?.("form");
    const { xhr } = event.detail; // its `successful` is not set where the window is led on
    if (isKept(form) && xhr?.status < 400 && xhr.getResponseHeader("HX-Redirect")) forget(form);
  });
  window.addEventListener("storage", (event) => event.key === SIGNED_OUT && forgetAll());

  // Cancel means it; Escape and the cross may be a slip.
  document.addEventListener("click", (event) => {
    const form = event.target.closest("[data-dialog-cancel], .form-actions a[href]")?.closest("form");
    if (isKept(form)) forget(form);
  }, true);
  document.getElementById("page-dialog")?.addEventListener("close", (event) => {
    const form = event.target.querySelector("form");
    if (!isKept(form) || !read(keyOf(form))) return;
    const text = "What you typed is kept for an hour: open it again to go on.";
    document.dispatchEvent(new CustomEvent("toast", { detail: { text } }));
  }, true); // before dialog.js takes the form out
})();
