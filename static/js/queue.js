// The card after the one that was checked takes the focus. Its autofocus comes too early: the page is drawn by then
// inside a frame that Alpine still hides.
window.addEventListener("load", () => {
  requestAnimationFrame(() => document.querySelector(".check-card[autofocus]")?.focus());
});
