// Light, dark, or as the system.  The choice is a cookie, which the server reads, so that no page flashes.
// Buttons: data-theme-choice="light|dark|auto".
(() => {
  const root = document.documentElement;
  const YEAR = 31536000;

  function mark() {
    const current = root.dataset.theme || "auto";
    document.querySelectorAll("[data-theme-choice]").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === current));
    });
  }

  function choose(theme) {
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    const age = theme === "auto" ? 0 : YEAR;
    document.cookie = `theme=${theme}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
    mark();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (button) choose(button.dataset.themeChoice);
  });
  mark();
})();
