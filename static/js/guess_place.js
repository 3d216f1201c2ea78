// Guesses time zone, paper and how dates are written for a studio that has chosen none, from the computer it is set up on.
(() => {
  const LETTER = ["US", "CA", "MX", "PH", "CL", "CO", "CR", "DO", "GT", "NI", "PA", "PR", "SV", "VE"];
  const MONTH_FIRST = ["US", "PH", "PR", "BZ", "FM", "PW", "MH"];
  const YEAR_FIRST = ["CA", "CN", "HU", "JP", "KR", "LT", "MN", "SE", "TW"];
  const region = () => new Intl.Locale(navigator.language).maximize().region;
  const GUESSES = {
    "time-zone": () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    paper: () => (LETTER.includes(region()) ? "letter" : "a4"),
    dates: () => {
      if (MONTH_FIRST.includes(region())) return "month";
      return YEAR_FIRST.includes(region()) ? "year" : "day";
    },
  };
  for (const control of document.querySelectorAll("select[data-guess]")) {
    const guess = GUESSES[control.dataset.guess]();
    if ([...control.options].some((option) => option.value === guess)) {
      control.value = guess;
      document.querySelector("[data-guess-said]").hidden = false;
    }
  }
})();
