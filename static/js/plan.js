// Moves seminars of a draft plan: by drag, and by keyboard. What stands against a place is said at once, by the server,
// which alone knows the rules; a move that it refuses changes nothing. Without this script every chip is a link to a
// page that does the same.

const calendar = document.querySelector("[data-calendar][data-move]");

function says(text, isWrong = false) {
  const line = document.querySelector("[data-says]");
  line.textContent = text;
  line.classList.toggle("is-wrong", isWrong);
}

// Asks the server about a place: { ok, text }. A try changes nothing.
async function ask(chip, cell, { isTry }) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", calendar.querySelector("[name=csrfmiddlewaretoken]").value);
  body.set("edition", calendar.dataset.edition);
  body.set("request", chip.dataset.request);
  body.set("presenter", cell.dataset.presenter);
  body.set("day", cell.dataset.day);
  if (isTry) body.set("try", "1");
  try {
    const answer = await fetch(calendar.dataset.move, { method: "POST", body, headers: { Accept: "application/json" } });
    if (answer.ok || answer.status === 409) {
      const said = await answer.json();
      return { ok: answer.ok, text: answer.ok ? said.says || "Moved." : said.conflicts.join(" ") };
    }
    return { ok: false, text: `The server refused (${answer.status}). Load the page anew.` };
  } catch {
    return { ok: false, text: "The server does not answer. Nothing was moved." };
  }
}

// One chip in hand: where it would go, and what is said of that place.
class Held {
  constructor(chip) {
    this.chip = chip;
    this.cell = chip.closest("td");
    this.home = this.cell;
    chip.classList.add("is-held");
  }

  over(cell) {
    if (cell === this.cell) return;
    this.unmark();
    this.cell = cell;
    if (!cell) return;
    cell.classList.add("is-target");
    says(cell.dataset.name);
    clearTimeout(this.wait);
    this.wait = setTimeout(() => this.tell(cell), 200);
  }

  async tell(cell) {
    const { ok, text } = await ask(this.chip, cell, { isTry: true });
    if (held !== this || cell !== this.cell) return;
    cell.classList.toggle("is-wrong", !ok);
    says(`${cell.dataset.name}: ${text}`, !ok);
  }

  unmark() {
    this.cell?.classList.remove("is-target", "is-wrong");
  }

  async drop() {
    const { chip, cell, home } = this;
    this.release();
    if (!cell || cell === home) return;
    says(`${cell.dataset.name}: one moment.`);
    const { ok, text } = await ask(chip, cell, { isTry: false });
    if (!ok) {
      says(`Not moved. ${text}`, true);
      chip.focus();
      return;
    }
    sessionStorage.setItem("plan-moved", chip.dataset.request);
    location.reload();
  }

  release() {
    clearTimeout(this.wait);
    this.unmark();
    this.chip.classList.remove("is-held");
    this.chip.style.transform = "";
    held = null;
  }
}

let held = null;

function cellBeside(cell, key) {
  const rows = [...calendar.querySelectorAll("tbody tr")];
  if (!cell) return rows[0]?.querySelector("td[data-day]");
  const cells = (row) => [...(row?.querySelectorAll("td[data-day]") ?? [])];
  const row = cell.parentElement;
  const column = cells(row).indexOf(cell);
  const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[key];
  return cells(rows[rows.indexOf(row) + step[0]])[column + step[1]] ?? cell;
}

function onKey(event) {
  const chip = event.target.closest(".plan-chip[data-request]");
  if (!chip) return;
  if (!held) {
    if (event.key === " ") {
      event.preventDefault();
      held = new Held(chip);
      says("Picked up. Arrows choose the place, Enter puts it there, Escape lets go.");
    }
    return;
  }
  if (event.key.startsWith("Arrow")) {
    event.preventDefault();
    const cell = cellBeside(held.cell, event.key);
    if (cell) {
      held.over(cell);
      cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  } else if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    held.drop();
  } else if (event.key === "Escape" || event.key === "Tab") {
    held.release();
    says("Left where it was.");
  }
}

function onPointerDown(event) {
  const chip = event.target.closest(".plan-chip[data-request]");
  if (!chip || event.button !== 0) return;
  const from = { x: event.clientX, y: event.clientY };
  const follow = (move) => {
    const x = move.clientX - from.x;
    const y = move.clientY - from.y;
    if (!held && Math.hypot(x, y) < 6) return;
    held ??= new Held(chip);
    chip.style.pointerEvents = "none";
    chip.style.transform = `translate(${x}px, ${y}px)`;
    held.over(document.elementFromPoint(move.clientX, move.clientY)?.closest("td[data-day]") ?? null);
  };
  const end = (last) => {
    removeEventListener("pointermove", follow);
    removeEventListener("pointerup", end);
    removeEventListener("pointercancel", end);
    chip.style.pointerEvents = "";
    if (!held) return;
    const stay = (click) => click.preventDefault(); // the link of a chip that was dragged is not followed
    chip.addEventListener("click", stay);
    setTimeout(() => chip.removeEventListener("click", stay), 0);
    if (last.type === "pointerup") held.drop();
    else held.release();
  };
  addEventListener("pointermove", follow);
  addEventListener("pointerup", end);
  addEventListener("pointercancel", end);
}

if (calendar) {
  calendar.addEventListener("keydown", onKey);
  calendar.addEventListener("pointerdown", onPointerDown);
  calendar.addEventListener("dragstart", (event) => event.preventDefault());
  const moved = sessionStorage.getItem("plan-moved");
  if (moved) {
    sessionStorage.removeItem("plan-moved");
    // Unfold shows the page only once its own script ran: a focus before that is lost.
    addEventListener("load", () =>
      requestAnimationFrame(() => {
        calendar.querySelector(`.plan-chip[data-request="${moved}"]`)?.focus();
        says("Moved. Nobody is told before the plan is approved.");
      }),
    );
  }
}

// The form of another presenter or time: says at once what stands against it.
for (const form of document.querySelectorAll("form[data-try]")) {
  form.addEventListener("change", async () => {
    const body = new FormData(form);
    body.set("try", "1");
    const line = form.querySelector("[data-says]");
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
      const said = await answer.json();
      line.textContent = answer.ok ? `It fits: ${said.says}.` : said.conflicts.join(" ");
    } catch {
      line.textContent = "The server does not answer.";
    }
  });
}
