// The door: records first, shows then, sends when it can. See door-store.js (what is kept), door-view.js (what is seen).
"use strict";

(async () => {
  const app = document.getElementById("app");
  const page = app.dataset;
  const words = JSON.parse(document.getElementById("words").textContent);
  const view = doorView({ words, zone: page.zone, door: page.door });
  const { $, say, filled } = view;
  const event = page.event;
  const isForStudents = Boolean(page.students);
  const EVERY = 15000;
  const LIST_EVERY = 120000;
  const BATCH = 50;
  let record = null;
  let queue = [];
  let online = navigator.onLine;
  let sending = null;
  let again = false;

  if (!window.isSecureContext || !window.indexedDB) {
    $("begin-wrong").textContent = words.cannot;
    $("begin-wrong").hidden = false;
    return;
  }

  // ---- what stands: the server's word, and what waits to be sent -------------------------------------------------

  function undone() {
    return new Set(queue.filter((item) => item.kind === "undone").map((item) => item.undoes));
  }

  function standing(ticket) {
    const gone = undone();
    const sent = new Set((record.rows[ticket] || []).map((row) => row.uid));
    const waiting = queue.filter((item) => item.kind !== "undone" && (item.ticket || "") === ticket && !sent.has(item.uid));
    return [
      ...(record.rows[ticket] || []),
      ...waiting.map((item) => ({ uid: item.uid, people: item.people, at: item.at + record.skew, door: page.door, mine: true, conflict: false, pending: true })),
    ].filter((row) => !gone.has(row.uid));
  }

  function tickets() {
    return new Set([...Object.keys(record.rows), ...queue.filter((item) => item.kind !== "undone").map((item) => item.ticket || "")]);
  }

  // Of rivals one counts: the one that the server counts, else the first.
  const counting = (rows) => rows.find((row) => !row.conflict) || rows[0];

  function people() {
    let sum = 0;
    for (const ticket of tickets()) {
      const rows = standing(ticket);
      if (ticket || isForStudents) sum += rows.length ? counting(rows).people : 0;
      else for (const row of rows) sum += row.people;
    }
    return sum;
  }

  const guestOf = (ticket) => record.list.find((guest) => guest.ticket === ticket);
  const nameOf = (guest) => guest.group || guest.name;

  function render() {
    if (!record) return;
    view.net({ online, waits: queue.length, sending: Boolean(sending) && online });
    view.totals(people(), record.list.reduce((sum, guest) => sum + guest.seats, 0));
    view.guests({ list: record.list, standing, text: $("find")?.value || "", acts: { letIn, open } });
    view.counts(standing(""), (row) => takeBack([row], filled(words.everyone_undone, { count: row.people })));
    const contested = [...tickets()].filter((ticket) => (ticket || isForStudents) && standing(ticket).length > 1);
    view.conflicts(contested.map((ticket) => ({ name: ticket && nameOf(guestOf(ticket) || { name: ticket, group: "" }), rows: standing(ticket) })), keep);
    if (!queue.length) $("finish-waits").hidden = true;
  }

  // ---- what is done ----------------------------------------------------------------------------------------------

  const made = (fields) => ({ uid: crypto.randomUUID(), at: Date.now(), ...fields });
  const undoing = (row) => made({ kind: "undone", undoes: row.uid });

  async function keepItems(items) {
    await doorStore.add(event, items);
    queue = await doorStore.queued(event);
    render();
    sync();
  }

  async function letIn(guest, count) {
    const before = standing(guest.ticket);
    const item = made({ kind: guest.kind === "class" ? "counted" : "arrived", ticket: guest.ticket, people: count });
    await keepItems([...before.map(undoing), item]);
    const text = filled(count === 1 ? words.is_in : words.are_in, { name: nameOf(guest), count });
    say({ tone: "good", text, actions: [{ label: words.undo, act: () => takeBack([item], filled(words.undone, { name: nameOf(guest) })) }] });
  }

  async function takeBack(rows, text) {
    await keepItems(rows.map(undoing));
    say({ tone: "wait", text });
  }

  async function keep(rows, kept) {
    await keepItems(rows.filter((row) => row.uid !== kept.uid).map(undoing));
  }

  async function countThem(count) {
    const before = isForStudents ? standing("").filter((row) => row.mine) : [];
    const item = made({ kind: "counted", people: count });
    await keepItems([...before.map(undoing), item]);
    say({ tone: "good", text: filled(words.counted, { count }), actions: [{ label: words.undo, act: () => takeBack([item], filled(words.everyone_undone, { count })) }] });
  }

  function open(guest) {
    const rows = standing(guest.ticket);
    view.panel({
      guest,
      rows,
      submit: (count) => letIn(guest, count),
      undo: () => takeBack(rows, filled(words.undone, { name: nameOf(guest) })),
    });
  }

  function scanned(text) {
    const ticket = doorScan.ticket(text);
    if (!ticket) return say({ tone: "wrong", text: words.no_ticket });
    const guest = guestOf(ticket);
    const rows = standing(ticket);
    if (rows.length) {
      const name = guest ? nameOf(guest) : ticket;
      const actions = guest ? [{ label: words.change, act: () => open(guest) }] : [];
      return say({ tone: "wait", text: filled(words.was_in, { name, time: view.time(rows[0].at) }), more: rows[0].mine ? "" : rows[0].door, actions });
    }
    if (!guest) {
      const act = async () => {
        const item = made({ kind: "arrived", ticket, people: 1 });
        await keepItems([item]);
        say({ tone: "good", text: filled(words.counted, { count: 1 }), actions: [{ label: words.undo, act: () => takeBack([item], filled(words.everyone_undone, { count: 1 })) }] });
      };
      return say({ tone: "wrong", text: words.unknown, more: words.unknown_why, actions: [{ label: words.let_in_anyway, act }] });
    }
    return guest.kind === "class" ? open(guest) : letIn(guest, guest.seats);
  }

  // ---- the network -----------------------------------------------------------------------------------------------

  // The link is over: names go, records stay until they are sent or saved.
  async function leave() {
    await doorStore.forget(event, { queue: false });
    location.reload();
  }

  async function once(list) {
    const items = queue.slice(0, BATCH);
    const before = Date.now();
    const answer = await fetch(page.sync, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      credentials: "omit",
      signal: AbortSignal.timeout(15000),
      body: JSON.stringify({ device: record.device, now: before, since: record.since, wants_list: list, items: items.map(({ number, event: _, ...item }) => item) }),
    });
    if (answer.status === 410) {
      await leave();
      throw new Error("closed");
    }
    if (!answer.ok) throw Object.assign(new Error("not now"), { status: answer.status });
    const told = await answer.json();
    record.skew = told.now - (before + Date.now()) / 2;
    record.since = told.since;
    Object.assign(record.rows, told.rows);
    if (told.list) Object.assign(record, { list: told.list, listedAt: Date.now() });
    const sent = items.filter((item) => item.uid in told.answers).map((item) => item.number);
    await doorStore.settle(record, sent);
    queue = await doorStore.queued(event);
    return sent.length === items.length;
  }

  function sync() {
    if (!record) return null;
    if (sending) {
      again = true;
      return sending;
    }
    sending = (async () => {
      try {
        let goesOn = true;
        do {
          again = false;
          goesOn = await once(Date.now() - record.listedAt > LIST_EVERY);
        } while (again || (goesOn && queue.length));
        online = true;
      } catch (error) {
        online = error.status !== undefined && error.status < 500;
      } finally {
        sending = null;
        render();
      }
    })();
    render();
    return sending;
  }

  async function keepPage() {
    if (!("serviceWorker" in navigator)) return;
    try {
      await navigator.serviceWorker.register(page.worker);
      const { active } = await navigator.serviceWorker.ready;
      const files = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]")].map((each) => each.href || each.src);
      const channel = new MessageChannel();
      const answer = new Promise((resolve) => { channel.port1.onmessage = (message) => resolve(message.data); });
      active.postMessage({ keep: [location.href.split("#")[0], ...files] }, [channel.port2]);
      app.dataset.page = await answer;
    } catch {
      app.dataset.page = "not kept"; // it works without a network all the same, as long as it is not closed
    }
  }

  // ---- begin, and end --------------------------------------------------------------------------------------------

  async function show() {
    $("begin").hidden = true;
    app.hidden = false;
    const reads = !isForStudents && (await doorScan.reads());
    if (!isForStudents) {
      $("scan").hidden = !reads;
      $("picture").hidden = reads;
    }
    render();
    keepPage();
    setInterval(() => {
      if (record && Date.now() + record.skew > record.until) leave();
      else if (!document.hidden) sync();
    }, EVERY);
    window.addEventListener("online", () => sync());
    window.addEventListener("offline", () => { online = false; render(); });
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) stopCamera();
      else sync();
    });
  }

  async function begin() {
    $("begin-wrong").hidden = true;
    record = { event, device: crypto.randomUUID(), until: Number(page.until), since: 0, skew: 0, list: [], listedAt: 0, rows: {} };
    try {
      queue = await doorStore.queued(event);
      await once(true);
      await show();
      if (queue.length) sync();
    } catch (error) {
      record = null;
      $("begin-wrong").textContent = error.status === 429 ? words.busy : words.no_begin;
      $("begin-wrong").hidden = false;
    }
  }

  async function finish() {
    await sync();
    queue = await doorStore.queued(event);
    if (queue.length) {
      $("finish-waits").hidden = false;
      $("finish-waits").querySelector("p").textContent = filled(words.finish_waits, { count: queue.length });
      return;
    }
    await doorStore.forget(event, { queue: true });
    if ("serviceWorker" in navigator) {
      await caches.delete("door");
      for (const each of await navigator.serviceWorker.getRegistrations()) await each.unregister();
    }
    record = null;
    app.remove();
    $("net").hidden = true;
    $("finished").hidden = false;
    $("finished").textContent = words.finished;
  }

  function stopCamera() {
    if (isForStudents || $("camera").hidden) return;
    doorScan.stop($("video"));
    $("camera").hidden = true;
    $("scan").hidden = false;
  }

  function listen() {
    $("begin-button").addEventListener("click", begin);
    $("finish").addEventListener("click", finish);
    $("save").addEventListener("click", () => doorStore.file(queue));
    $("counter").addEventListener("submit", (pressed) => {
      pressed.preventDefault();
      countThem(Number($("count").value));
    });
    if (isForStudents) return;
    $("find").addEventListener("input", render);
    $("search").addEventListener("submit", (pressed) => {
      pressed.preventDefault();
      const text = $("find").value;
      const fit = view.found(record.list, text);
      if (doorScan.ticket(text)) scanned(text);
      else if (text.trim() && fit.length === 1) open(fit[0]);
    });
    $("scan").addEventListener("click", async () => {
      $("camera").hidden = false;
      $("scan").hidden = true;
      try {
        await doorScan.start($("video"), scanned);
      } catch {
        stopCamera();
        $("picture").hidden = false;
        say({ tone: "wait", text: words.camera_off });
      }
    });
    $("stop").addEventListener("click", stopCamera);
    $("picture-file").addEventListener("change", async () => {
      const [file] = $("picture-file").files;
      if (!file) return;
      say({ tone: "wait", text: words.reading });
      try {
        const ticket = await doorScan.read(file, page.read);
        if (ticket) scanned(ticket);
        else say({ tone: "wrong", text: words.no_code });
      } catch {
        say({ tone: "wait", text: words.no_reading });
      }
      $("picture-file").value = "";
    });
  }

  listen();
  await doorStore.sweep(Date.now());
  record = (await doorStore.load(event)) || null;
  if (record) {
    queue = await doorStore.queued(event);
    await show();
    sync();
  } else {
    $("begin-button").hidden = false;
  }
})();
