// <form data-trigger-form="what triggers/rules/kinds.py tells of each kind">: shows what the chosen kind needs, and hides
// the rest.  The server forgets what is hidden, so nothing is lost by choosing another kind for a moment.
(() => {
  const form = document.querySelector("[data-trigger-form]");
  if (!form) return;
  const kinds = JSON.parse(form.dataset.triggerForm);
  const sometimes = new Set(Object.values(kinds).flatMap((kind) => kind.needs));
  const field = (name) => form.elements[name];
  const row = (name) => field(name).closest(".field");
  const show = (name, shown) => { row(name).hidden = !shown; };
  const label = row("address").querySelector("label");

  let kindBefore = kinds[field("kind").value];

  function fitRecipients(kind) {
    const select = field("recipient");
    if (select.value === kindBefore?.usual_recipient) select.value = kind.usual_recipient;
    kindBefore = kind;
    for (const option of select.options) option.hidden = option.disabled = !kind.recipients.includes(option.value);
    if (!kind.recipients.includes(select.value)) select.value = kind.usual_recipient;
  }

  // What nobody has touched follows the kind; usual_of tells the server whose usual values these are.
  function followUsual(kind) {
    const before = kinds[field("usual_of").value]?.usual;
    if (!before || Object.entries(before).some(([name, value]) => field(name).value !== value)) return;
    Object.entries(kind.usual).forEach(([name, value]) => { field(name).value = value; });
    field("usual_of").value = field("kind").value;
  }

  function fit() {
    const kind = kinds[field("kind").value];
    if (!kind) return;
    fitRecipients(kind);
    followUsual(kind);
    sometimes.forEach((name) => show(name, kind.needs.includes(name)));
    const waits = field("timing").value !== "reached";
    show("days", waits);
    show("day_kind", waits);
    const recipient = field("recipient").value;
    const chosen = recipient === "fixed" || (kind.needs.includes("caller") && field("caller").value === "fixed");
    show("department", chosen);
    show("user", chosen);
    show("address", recipient === "address");
    show("respects_do_not_contact", recipient === "client");
    if (kind.address) label.textContent = kind.address[0].toUpperCase() + kind.address.slice(1);
  }

  form.addEventListener("change", fit);
  window.addEventListener("pageshow", fit); // coming back, the browser fills in what was chosen
  fit();
})();
