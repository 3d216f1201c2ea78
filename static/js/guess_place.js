// Guesses time zone and paper of a studio that has chosen neither, from the computer it is set up on.
(() => {
  const LETTER = ["US", "CA", "MX", "PH", "CL", "CO", "CR", "DO", "GT", "NI", "PA", "PR", "SV", "VE"];
  const region = () => new Intl.Locale(navigator.language).maximize().region;
  const GUESSES = {
    "time-zone": () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    paper: () => (LETTER.includes(region()) ? "letter" : "a4"),
  };
  for (const control of document.querySelectorAll("select[data-guess]")) {
    const guess = GUESSES[control.dataset.guess]();
    if ([...control.options].some((option) => option.value === guess)) {
      control.value = guess;
      document.querySelector("[data-guess-said]").hidden = false;
    }
  }
})();
