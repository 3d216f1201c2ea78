// The status list without page reloads.  Every tool is a form that works by itself; here its submit is caught, queued
// and sent by htmx, and #status-list is replaced by the answer.  Other files add keys, editing and dragging.
window.statusGrid = (() => {
  const page = document.getElementById("status-page");
  if (!page || !window.htmx) return null;
  const dialog = document.getElementById("status-dialog");
  const said = document.getElementById("status-said");
  let queue = Promise.resolve();
  let generation = 0; // raised when somebody else was quicker: what waits in the queue was meant for another list
  let answered = false;

  const region = () => document.getElementById("status-list");
  const selectedRow = () => region().querySelector("tr:has(> .status-mark [name='status']:checked)");
  const emit = (name, detail = {}) => page.dispatchEvent(new CustomEvent(`status:${name}`, { detail }));

  // Returns a promise of "done", "invalid", "outdated", "dropped" (never sent) or "failed" (no answer).
  function send(verb, address, values, sender = null) {
    const meant = generation;
    queue = queue.then(() => (meant === generation ? sendNow(verb, address, values, sender) : "dropped"));
    return queue;
  }

  // Sends one act on the list, such as {by: -1}, with what every form carries.
  function act(address, changes) {
    const values = new FormData(document.getElementById("status-form"));
    Object.entries(changes).forEach(([name, value]) => values.set(name, value));
    return send("post", address, values);
  }

  function refresh() {
    const { search, pathname } = location;
    const values = new FormData();
    new URLSearchParams(search).forEach((value, name) => name !== "edit" && values.set(name, value));
    values.set("status", selectedRow()?.dataset.row || "");
    values.set("back", region().querySelector("[data-close]").getAttribute("href"));
    return send("get", pathname, values);
  }

  // A list replaced between pressing and releasing the mouse would swallow the click.
  let pressed = null;
  window.addEventListener("pointerdown", () => {
    let release;
    pressed = { released: new Promise((resolve) => { release = resolve; }), release: () => setTimeout(release) };
  }, true);
  ["pointerup", "pointercancel"].forEach((name) => {
    window.addEventListener(name, () => { pressed?.release(); pressed = null; }, true);
  });

  async function sendNow(verb, address, values, sender) {
    // An earlier one in the queue has raised the version; the rest of the list is as this user saw it.
    if (!dialog.contains(sender)) values.set("version", region().dataset.version);
    await pressed?.released;
    answered = false;
    emit("sending", { sender });
    try {
      await window.htmx.ajax(verb, address, { source: page, target: "#status-list", swap: "outerHTML", values });
    } catch {
      return "failed";
    }
    if (!answered) return "failed";
    const outcome = region().dataset.outcome;
    if (outcome === "outdated") generation += 1;
    return outcome;
  }

  page.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    if (event.defaultPrevented || form.method === "dialog") return;
    event.preventDefault();
    const address = submitter?.getAttribute("formaction") || form.getAttribute("action");
    const values = new FormData(form, submitter);
    if (form.method === "get") {
      values.delete("back"); // Close is drawn already, and the address stays short
      const query = new URLSearchParams(values).toString();
      history.replaceState(null, "", query ? `${address}?${query}` : address);
      return void refresh();
    }
    send(form.method, address, values, form);
  });

  page.addEventListener("click", (event) => {
    if (!event.target.closest("[data-dialog-cancel]")) return;
    event.preventDefault();
    dialog.close();
  });
  dialog.addEventListener("close", () => emit("focus"));

  // The answer of a server that has signed us out, or has broken, is no list: then show it as the page it is.
  page.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    const isQuestion = xhr.getResponseHeader("HX-Retarget");
    if (event.detail.shouldSwap && !isQuestion && !xhr.responseText.includes('id="status-list"')) {
      event.detail.shouldSwap = false;
      location.reload();
      return;
    }
    if (event.detail.shouldSwap && !isQuestion) emit("leaving");
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "status-dialog-body") {
      answered = true;
      if (!dialog.open) dialog.showModal();
      (dialog.querySelector("[aria-invalid='true']") || dialog.querySelector("[autofocus], select"))?.focus();
    } else if (event.detail.target.id === "status-list") {
      answered = true;
      if (dialog.open) dialog.close();
      said.textContent = region().dataset.said;
      emit("arrived");
    }
  });

  return { page, region, selectedRow, act, refresh, emit, isQuestioned: () => dialog.open };
})();
