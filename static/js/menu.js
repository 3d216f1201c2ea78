// <details class="menu">: one open at a time; a click outside, Escape or leaving by Tab closes it.
(() => {
  const openMenus = () => document.querySelectorAll("details.menu[open]");

  function closeAll(except) {
    openMenus().forEach((menu) => {
      if (!menu.contains(except)) menu.open = false;
    });
  }

  function place(menu) {
    const items = menu.querySelector(".menu-items");
    if (!items) return;
    if (menu.closest(".table-scroll, dialog")) layOver(menu, items);
    else pullIn(items);
  }

  // Near the edge of a narrow window.
  function pullIn(items) {
    items.style.marginLeft = "";
    const { left, right } = items.getBoundingClientRect();
    const over = right - (document.documentElement.clientWidth - 4);
    if (over > 0) items.style.marginLeft = `${-Math.min(over, left - 4)}px`;
    else if (left < 4) items.style.marginLeft = `${4 - left}px`;
  }

  // In a box that scrolls by itself the items would be cut off, so they are laid over the window.
  function layOver(menu, items) {
    const button = menu.getBoundingClientRect();
    items.style.position = "fixed";
    const below = button.bottom + 4 + items.offsetHeight <= window.innerHeight;
    items.style.top = `${below ? button.bottom + 4 : Math.max(4, button.top - 4 - items.offsetHeight)}px`;
    const left = menu.classList.contains("menu-end") ? button.right - items.offsetWidth : button.left;
    items.style.left = `${Math.max(4, Math.min(left, window.innerWidth - items.offsetWidth - 4))}px`;
    items.style.right = items.style.bottom = "auto";
  }

  document.addEventListener("toggle", (event) => {
    if (event.target.matches?.("details.menu") && event.target.open) {
      closeAll(event.target);
      place(event.target);
    }
  }, true);
  document.addEventListener("click", (event) => closeAll(event.target));
  document.addEventListener("focusin", (event) => closeAll(event.target));
  document.addEventListener("scroll", (event) => {
    if (event.target.matches?.(".table-scroll")) closeAll(null);
  }, true);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = [...openMenus()].pop();
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
    event.preventDefault();
  });
})();
