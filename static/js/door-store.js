// What a phone at a door keeps, in IndexedDB: per event who booked and what stands, and the queue of what is not sent.
// A record is in the queue before anybody sees "in", and leaves it when the server has answered it.
"use strict";

const doorStore = (() => {
  let opened = null;

  function open() {
    opened ??= new Promise((resolve, reject) => {
      const asked = indexedDB.open("door", 1);
      asked.onupgradeneeded = () => {
        asked.result.createObjectStore("events", { keyPath: "event" });
        const queue = asked.result.createObjectStore("queue", { keyPath: "number", autoIncrement: true });
        queue.createIndex("event", "event");
      };
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
    return opened;
  }

  function done(transaction) {
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  }

  function answered(request) {
    return new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  }

  async function writing(stores) {
    // Strict: on the disk before it is told to be kept.
    return (await open()).transaction(stores, "readwrite", { durability: "strict" });
  }

  async function load(event) {
    return answered((await open()).transaction("events").objectStore("events").get(event));
  }

  async function save(record) {
    const transaction = await writing(["events"]);
    transaction.objectStore("events").put(record);
    return done(transaction);
  }

  async function queued(event) {
    const queue = (await open()).transaction("queue").objectStore("queue");
    return answered(queue.index("event").getAll(event));
  }

  async function add(event, items) {
    const transaction = await writing(["queue"]);
    for (const item of items) transaction.objectStore("queue").add({ event, ...item });
    return done(transaction);
  }

  // What the server said, and that it need not be told again: together, or not at all.
  async function settle(record, numbers) {
    const transaction = await writing(["events", "queue"]);
    transaction.objectStore("events").put(record);
    for (const number of numbers) transaction.objectStore("queue").delete(number);
    return done(transaction);
  }

  async function forget(event, { queue }) {
    const transaction = await writing(["events", "queue"]);
    transaction.objectStore("events").delete(event);
    if (queue) {
      const waiting = await answered(transaction.objectStore("queue").index("event").getAllKeys(event));
      for (const number of waiting) transaction.objectStore("queue").delete(number);
    }
    return done(transaction);
  }

  // Events whose time is over lose their names, whichever door is opened on this phone.
  async function sweep(now) {
    const transaction = await writing(["events"]);
    const events = transaction.objectStore("events");
    for (const record of await answered(events.getAll())) if (record.until < now) events.delete(record.event);
    return done(transaction);
  }

  // For staff, where nothing can be sent any more: a table without names.
  function file(items) {
    const quoted = (value) => `"${String(value ?? "").replaceAll('"', '""')}"`;
    const rows = items.map((item) => [
      new Date(item.at).toISOString(), item.kind, item.people ?? "", item.ticket ?? "", item.uid, item.undoes ?? "",
    ]);
    const lines = [["at", "kind", "people", "ticket", "record", "undoes"], ...rows].map((row) => row.map(quoted).join(","));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([lines.join("\r\n")], { type: "text/csv" }));
    link.download = "door.csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  return { load, save, queued, add, settle, forget, sweep, file };
})();
