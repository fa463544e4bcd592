// Keeps the door's page for a phone without a network. Served at /<language>/door/worker.js, so that it sees doors
// and nothing else; it keeps what the page names, once somebody began, and never an answer that names people.
"use strict";

const KEPT = "door";
const PATIENCE = 4000; // milliseconds that a page may take before the kept one is shown

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  if (!event.data || !event.data.keep) return;
  event.waitUntil(keep(event.data.keep).then(
    () => event.ports[0].postMessage("kept"),
    () => event.ports[0].postMessage("not kept"),
  ));
});

async function keep(addresses) {
  const kept = await caches.open(KEPT);
  await Promise.all(addresses.map(async (address) => {
    const answer = await fetch(address, { cache: "reload", credentials: "omit" });
    if (!answer.ok) throw new Error(String(answer.status));
    await kept.put(address, answer);
  }));
}

self.addEventListener("fetch", (event) => {
  if (event.request.method === "GET") event.respondWith(answer(event.request));
});

async function answer(request) {
  const found = await caches.match(request.url, { cacheName: KEPT, ignoreVary: true });
  if (!found) return fetch(request);
  if (request.mode !== "navigate") return found;
  try {
    return await fetch(request.url, { credentials: "omit", signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    return found;
  }
}
