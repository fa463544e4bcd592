// What stands on the screen at a door: cards, counts, conflicts, and one large answer to the last thing done.
"use strict";

const doorView = ({ words, zone, door }) => {
  const $ = (id) => document.getElementById(id);
  const MOST = 30; // cards of those who are looked for
  const FIRST = 12; // and of everybody, so that the counter below is near
  const clock = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "numeric", minute: "2-digit", timeZone: zone });

  const time = (at) => clock.format(new Date(at));
  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const seats = (count) => (count === 1 ? words.seat : filled(words.seats, { count }));
  const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  function node(name, properties = {}, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  function button(text, act, className = "") {
    const made = node("button", { type: "button", className, textContent: text });
    made.addEventListener("click", act);
    return made;
  }

  // One answer at a time, in a word, a sign and a colour; it stays until the next.
  function say({ tone, text, more = "", actions = [] }) {
    const signs = { good: "✓", wait: "!", wrong: "✕" };
    const result = $("result");
    result.className = `result ${tone}`;
    result.replaceChildren(
      node("p", { className: "result-text" }, node("span", { className: "sign", ariaHidden: "true", textContent: signs[tone] }), node("strong", { textContent: text })),
      ...(more ? [node("p", { textContent: more })] : []),
      ...(actions.length ? [node("p", { className: "result-actions" }, ...actions.map(({ label, act }) => button(label, act, "second")))] : []),
    );
    result.hidden = false;
    if (navigator.vibrate) navigator.vibrate(tone === "good" ? 80 : [120, 80, 120]);
  }

  function net({ online, waits, sending }) {
    const shown = $("net");
    shown.hidden = false;
    shown.className = `net ${waits ? "waits" : online ? "ok" : "off"}`;
    const text = waits ? (sending ? words.sending : filled(words.waits, { count: waits })) : online ? words.sent : words.offline;
    if (shown.textContent !== text) shown.textContent = text;
  }

  function found(guests, text) {
    const parts = folded(text).split(/\s+/).filter(Boolean);
    const plain = text.replace(/[\s-]/g, "").toUpperCase();
    return guests.filter((guest) => {
      const said = folded(`${guest.name} ${guest.group}`);
      return parts.every((part) => said.includes(part)) || (plain.length >= 4 && guest.ticket.includes(plain));
    });
  }

  function state(guest, rows) {
    if (!rows.length) return guest.kind === "class" ? `${words.class}, ${seats(guest.seats)}` : seats(guest.seats);
    const [row] = rows;
    const values = { count: row.people, seats: guest.seats, time: time(row.at) };
    const text = filled(row.people === guest.seats ? words.arrived : words.arrived_of, values);
    return row.pending ? `${text} (${words.unsent})` : text;
  }

  function card(guest, rows, { letIn, open }) {
    const title = guest.group || guest.name;
    const under = guest.group ? `${guest.name} · ` : "";
    const about = node("button", { type: "button", className: "guest-about" },
      node("span", { className: "guest-name", textContent: title }),
      node("span", { className: rows.length ? "state good" : "guest-note", textContent: under + state(guest, rows) }));
    about.addEventListener("click", () => open(guest));
    const item = node("li", { className: rows.length ? "guest in" : "guest" }, about);
    if (!rows.length) {
      const quick = button(guest.kind === "class" ? words.count : words.in, () => (guest.kind === "class" ? open(guest) : letIn(guest, guest.seats)), "guest-in");
      quick.setAttribute("aria-label", `${quick.textContent}: ${title}`);
      item.append(quick);
    }
    return item;
  }

  function guests({ list, standing, text, acts }) {
    const shown = $("guests");
    if (!shown) return;
    const fit = text.trim() ? found(list, text) : list;
    const most = text.trim() || list.length <= FIRST ? MOST : FIRST;
    const active = document.activeElement;
    const kept = active && shown.contains(active) ? [...shown.querySelectorAll("button")].indexOf(active) : -1;
    shown.replaceChildren(...fit.slice(0, most).map((guest) => card(guest, standing(guest.ticket), acts)));
    if (kept >= 0) shown.querySelectorAll("button")[kept]?.focus();
    const more = $("guests-more");
    more.hidden = fit.length > 0 && fit.length <= most;
    more.textContent = !list.length ? words.empty : fit.length ? words.first : words.nobody;
  }

  // Two doors, one booking: both see it, either settles it.
  function conflicts(found, keep) {
    const shown = $("conflicts");
    const signature = JSON.stringify(found.map(({ rows }) => rows.map((row) => row.uid)));
    if (shown.dataset.shown === signature) return;
    shown.dataset.shown = signature;
    shown.replaceChildren(...found.map(({ name, rows }) => node("section", { className: "conflict", role: "alert" },
      node("h2", { textContent: name ? filled(words.conflict, { name }) : words.conflict_counts }),
      node("p", { textContent: words.same_people }),
      node("p", { className: "result-actions" }, ...rows.map((row) => button(
        filled(words.keep, { count: row.people, door: row.mine ? words.here : row.door, time: time(row.at) }), () => keep(rows, row), "second"))))));
  }

  function counts(rows, undo) {
    $("counts").replaceChildren(...rows.filter((row) => row.mine).map((row) => node("li", {},
      node("span", { textContent: `${filled(words.counted, { count: row.people })}, ${time(row.at)}${row.pending ? ` (${words.unsent})` : ""}` }),
      button(words.undo, () => undo(row), "second"))));
  }

  function totals(people, booked) {
    $("people").textContent = people;
    $("of").textContent = booked ? filled(words.of, { count: booked }) : "";
  }

  function panel({ guest, rows, submit, undo }) {
    const shown = $("panel");
    const count = $("panel-count");
    $("panel-name").textContent = guest.group || guest.name;
    $("panel-note").textContent = (guest.group ? `${guest.name} · ` : "") + state(guest, rows);
    count.value = rows.length ? rows[0].people : guest.seats;
    const label = () => { $("panel-let-in").textContent = filled(words.let_in, { count: count.value || 0 }); };
    count.oninput = label;
    label();
    $("panel-undo").hidden = !rows.length;
    $("panel-undo").onclick = () => { shown.close(); undo(); };
    $("panel-close").onclick = () => shown.close();
    $("panel-form").onsubmit = () => submit(Number(count.value));
    if (shown.open) shown.close();
    shown.showModal();
    $("panel-let-in").focus();
  }

  for (const step of document.querySelectorAll(".step")) {
    step.addEventListener("click", () => {
      const count = step.parentElement.querySelector("input");
      count.value = Math.min(Number(count.max), Math.max(Number(count.min), Number(count.value || 0) + Number(step.dataset.by)));
      count.dispatchEvent(new Event("input"));
    });
  }

  return { $, say, net, guests, conflicts, counts, totals, panel, found, filled, time, door };
};
