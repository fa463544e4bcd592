// A link that was taken back, on a phone that still holds records: the names go, the records stay and can be saved.
"use strict";

(async () => {
  const words = JSON.parse(document.getElementById("words").textContent);
  const event = document.getElementById("kept").dataset.event;
  const told = document.getElementById("kept-words");
  const save = document.getElementById("save");
  await doorStore.forget(event, { queue: false });
  const items = await doorStore.queued(event);
  told.hidden = false;
  told.textContent = items.length ? words.kept.replace("{count}", items.length) : words.none_kept;
  save.hidden = items.length === 0;
  save.addEventListener("click", () => doorStore.file(items));
})();
