// Back shows a page as it is now.  The browser asks for it anew (studio.middleware.PrivateMiddleware); one that it has
// frozen whole is loaded again.  What is typed on it is kept (keep_typed.js); the page of a form that got no answer
// stays, for its server may be away.
window.addEventListener("pageshow", (event) => {
  if (event.persisted && !sessionStorage.getItem("typed-sent")) location.reload();
});
