// The queue of requests by keyboard: on a card, A accepts, B asks back, D declines, the arrows go on. The keys act only
// while a card has the focus, never in a field, so that nobody's dictation or typing presses them.
(() => {
  "use strict";

  const cards = [...document.querySelectorAll("[data-card]")];

  function go(card) {
    card?.focus();
    card?.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", (event) => {
    const card = event.target.closest?.("[data-card]");
    if (!card || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.target.matches("input, textarea, select")) return;
    const at = cards.indexOf(card);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      go(cards[at + (event.key === "ArrowDown" ? 1 : -1)]);
      event.preventDefault();
      return;
    }
    const verb = card.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!verb) return;
    event.preventDefault();
    if (verb.matches("details")) {
      verb.open = true;
      verb.querySelector("input[name=reason]").focus();
    } else {
      verb.click();
    }
  });

  // The card after the one that was answered takes the focus, else the first. Its autofocus would come too early: the
  // page is drawn by then inside a frame that Alpine still hides.
  window.addEventListener("load", () => {
    requestAnimationFrame(() => go(cards.find((card) => "at" in card.dataset) || cards[0]));
  });
})();
