// “Ask for a seminar”: offers schools of the register while a name is typed, and saves the page as it is written.
// Without this the page has buttons that do the same. Nothing is stored in the browser but the page's own address.
(() => {
  "use strict";

  const form = document.getElementById("ask");
  if (!form || !window.fetch || !window.AbortController) return;
  const fields = form.elements;

  // ---------- The school: a combobox with a list below it (ARIA 1.2) ----------

  const PAUSE = 250; // ms after the last key
  const SHORTEST = 3; // letters
  const OF_REGISTER = ["school", "school_name", "city", "area", "postal_code"];
  const name = form.querySelector("input[name=school_name]:not([type=hidden])") || document.createElement("input");
  const chosen = document.getElementById("chosen");
  const list = document.createElement("ul");
  const count = document.createElement("p");
  let offers = [];
  let active = -1;
  let typing = 0;
  let looking = null; // the search whose answer is awaited; every other answer is stale

  list.id = "schools";
  list.className = "offers";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.dataset.list);
  count.className = "vh";
  count.setAttribute("role", "status");
  name.after(list, count);
  name.autocomplete = "off";
  for (const [attribute, value] of [
    ["role", "combobox"],
    ["aria-autocomplete", "list"],
    ["aria-expanded", "false"],
    ["aria-controls", list.id],
  ]) {
    name.setAttribute(attribute, value);
  }
  form.querySelectorAll(".plain").forEach((plain) => (plain.hidden = true));

  function shut() {
    list.hidden = true;
    active = -1;
    name.setAttribute("aria-expanded", "false");
    name.removeAttribute("aria-activedescendant");
  }

  function offer(schools) {
    offers = schools;
    list.replaceChildren(
      ...schools.map((school, number) => {
        const item = document.createElement("li");
        const where = document.createElement("span");
        item.id = `school-${number}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        where.className = "hint";
        where.textContent = school.where;
        item.append(school.school_name, document.createElement("br"), where);
        item.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
        item.addEventListener("click", () => choose(number));
        return item;
      }),
    );
    shut();
    const { none, one, many } = form.dataset;
    count.textContent = schools.length === 0 ? none : schools.length === 1 ? one : `${schools.length} ${many}`;
    if (schools.length) {
      list.hidden = false;
      name.setAttribute("aria-expanded", "true");
    }
  }

  function mark(number) {
    active = (number + offers.length) % offers.length;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === active)));
    const item = list.children[active];
    name.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  }

  function choose(number) {
    const school = offers[number];
    for (const field of OF_REGISTER) {
      if (school[field] || field === "school") fields[field].value = school[field];
    }
    chosen.querySelector("span").textContent = school.where;
    chosen.hidden = false;
    count.textContent = chosen.textContent.trim();
    shut();
    changed();
  }

  async function look() {
    if (looking) looking.abort();
    const text = name.value.trim();
    if (text.length < SHORTEST) {
      shut();
      return;
    }
    const search = new AbortController();
    looking = search;
    const query = new URLSearchParams({ q: text, state: fields.area.value });
    try {
      const answer = await fetch(`${form.dataset.schools}?${query}`, { credentials: "omit", signal: search.signal });
      const found = await answer.json();
      if (search === looking && document.activeElement === name) offer(found.schools);
    } catch (error) {
      if (search === looking) shut(); // typing the name oneself still works
    }
  }

  name.addEventListener("input", () => {
    fields.school.value = ""; // another name is another school
    chosen.hidden = true;
    window.clearTimeout(typing);
    typing = window.setTimeout(look, PAUSE);
  });
  name.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && list.hidden) {
      look();
    } else if (list.hidden) {
      return;
    } else if (event.key === "ArrowDown") {
      mark(active + 1);
    } else if (event.key === "ArrowUp") {
      mark(active < 0 ? -1 : active - 1);
    } else if (event.key === "Enter" && active >= 0) {
      choose(active);
    } else if (event.key === "Escape") {
      shut();
    } else {
      return;
    }
    event.preventDefault();
  });
  name.addEventListener("blur", shut);

  // ---------- Saved as it is written ----------

  const CALM = 1500; // ms after the last change
  const AGAIN = 10_000; // ms until what failed is tried again
  const status = document.getElementById("saved");
  let timer = 0;
  let isDirty = false;
  let saving = null; // the save that runs: the next one waits for it, else it would be a conflict with itself
  let isStopped = false;

  function say(text) {
    if (status.textContent !== text) status.textContent = text;
  }

  function later(pause) {
    window.clearTimeout(timer);
    timer = window.setTimeout(save, pause);
  }

  function changed() {
    isDirty = true;
    if (!isStopped) later(CALM);
  }

  // The address of the page is its private link from now on, in each language.
  function move(address) {
    if (form.getAttribute("action") === address) return;
    form.setAttribute("action", address);
    form.querySelectorAll("[formaction]").forEach((button) => button.setAttribute("formaction", `${address}#school`));
    window.history.replaceState(null, "", `${address}?at=${fields.at.value}`);
    const rest = address.replace(/^\/[^/]+/, "");
    document.querySelectorAll(".languages a").forEach((link) => {
      link.href = `/${link.hreflang}${rest}?at=${fields.at.value}`;
    });
  }

  async function send() {
    const body = new URLSearchParams(new FormData(form));
    body.set("step", "save");
    isDirty = false;
    say(form.dataset.saving);
    try {
      const answer = await fetch(form.getAttribute("action"), {
        method: "POST",
        body,
        credentials: "omit",
        headers: { Accept: "application/json" },
        keepalive: true,
      });
      const said = await answer.json();
      if (answer.ok) {
        move(said.address);
        fields.edition.value = said.edition;
        say(form.dataset.saved);
      } else if (answer.status === 429) {
        isDirty = true;
        later(Number(answer.headers.get("Retry-After")) * 1000);
      } else {
        isDirty = isStopped = true; // two pages, or too much text: its own buttons show both sides
        say(said.says);
      }
    } catch (error) {
      isDirty = true;
      say(form.dataset.failed);
      later(AGAIN);
    }
  }

  async function save() {
    window.clearTimeout(timer);
    if (saving) await saving;
    if (!isDirty || isStopped) return;
    saving = send();
    await saving;
    saving = null;
  }

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save();
  });
  // A button waits for the save that runs, so that it says the newest edition; and on the first page for the page's
  // own address, so that “Back” finds what was written.
  const bare = form.getAttribute("action");
  const isNew = !/[0-9a-f-]{36}/.test(bare);
  let isSent = false;
  form.addEventListener("submit", async (event) => {
    window.clearTimeout(timer);
    const isToMove = isNew && !isSent && isDirty && !isStopped && form.getAttribute("action") === bare;
    isSent = true;
    if (!isToMove) isDirty = false;
    if (!saving && !isToMove) return;
    event.preventDefault();
    if (isToMove) await save();
    else await saving;
    isDirty = false;
    window.clearTimeout(timer);
    form.requestSubmit(event.submitter);
  });
  // A page that the browser kept shows an older edition.
  window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());
})();
