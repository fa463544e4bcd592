// A presenter's month by keyboard: arrows, Home and End, Page Up and Page Down, Space and Enter. A tick is kept at once.
// Without this the month is a form of checkboxes with a button, and each day a link.
(() => {
  "use strict";

  const form = document.querySelector("form.away");
  if (!form || !window.fetch) return;

  const table = form.querySelector("table.month");
  const said = form.querySelector(".said");
  const button = form.querySelector(".keep");
  const days = [...table.querySelectorAll("input[name=away]")];
  if (!days.length) return;

  table.setAttribute("role", "grid");
  document.getElementById("keys").hidden = false;
  button.hidden = true;

  // One stop for Tab: the day that was last in focus. Enter stands for the link of its number.
  for (const day of days) linkOf(day).tabIndex = -1;
  let current = days.find((day) => day.closest("td").classList.contains("is-today")) || days[0];
  mark(current);

  function linkOf(day) {
    return day.closest("td").querySelector("a");
  }

  function mark(day) {
    for (const other of days) other.tabIndex = other === day ? 0 : -1;
    current = day;
  }

  function go(day) {
    if (!day) return;
    mark(day);
    day.focus();
  }

  function follow(rel) {
    const link = document.querySelector(`.months a[rel=${rel}]`);
    if (link) window.location.assign(link.href);
  }

  const inWeek = (day) => [...day.closest("tr").querySelectorAll("input[name=away]")];
  const at = (day, steps) => days[days.indexOf(day) + steps];
  const isRightToLeft = document.documentElement.dir === "rtl";

  const keys = {
    ArrowRight: (day) => go(at(day, isRightToLeft ? -1 : 1)),
    ArrowLeft: (day) => go(at(day, isRightToLeft ? 1 : -1)),
    ArrowDown: (day) => go(at(day, 7)),
    ArrowUp: (day) => go(at(day, -7)),
    Home: (day) => go(inWeek(day)[0]),
    End: (day) => go(inWeek(day).pop()),
    PageUp: () => follow("prev"),
    PageDown: () => follow("next"),
    Enter: (day) => linkOf(day).click(),
  };

  table.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (!act || event.altKey || event.ctrlKey || event.metaKey || !days.includes(event.target)) return;
    event.preventDefault();
    act(event.target);
  });

  table.addEventListener("focusin", (event) => {
    if (days.includes(event.target)) mark(event.target);
  });

  // One after the other, so that the last tick is the last word.
  let kept = Promise.resolve();
  table.addEventListener("change", (event) => {
    const day = event.target;
    if (days.includes(day)) kept = kept.then(() => keep(day));
  });

  async function keep(day) {
    const asked = new URLSearchParams({ step: "month", only: day.value });
    if (day.checked) asked.append("away", day.value);
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: asked,
        credentials: "omit",
        headers: { Accept: "application/json" },
      });
      if (!answer.ok) throw new Error(answer.statusText);
      const now = (await answer.json())[day.value];
      day.closest("td").querySelector(".offers").textContent = now.short;
      linkOf(day).setAttribute("aria-label", now.label);
      said.textContent = `${now.label}. ${form.dataset.saved}`;
    } catch {
      said.textContent = form.dataset.failed;
      button.hidden = false;
    }
  }

  // The browser goes to the fragment first; then the month, or the day just changed, gets the focus.
  const wanted = window.location.hash.slice(1);
  const changed = days.find((day) => linkOf(day).id === wanted);
  if (changed || wanted === "month") {
    window.addEventListener("load", () => window.requestAnimationFrame(() => go(changed || current)));
  }
})();
