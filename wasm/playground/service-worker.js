// Keeps the page for when there is no network. The build puts in the name and the files.

const name = "NAME";
const files = "FILES";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(name).then((cache) => cache.addAll(files)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (keys) => Promise.all(keys.filter((key) => key.startsWith("lockkeeper-") && key !== name).map((key) => caches.delete(key)));
  event.waitUntil(caches.keys().then(old).then(() => self.clients.claim()));
});

// PostgreSQL is large and comes when somebody asks for it; from then on it is here.
async function fetched(request) {
  const response = await fetch(request);
  if (response.ok && new URL(request.url).pathname.includes("/pglite/")) await (await caches.open(name)).put(request, response.clone());
  return response;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== self.location.origin) return;
  const kept = () => caches.match(request, { ignoreSearch: true });
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(async () => (await kept()) ?? (await caches.match("./")) ?? Response.error()));
  } else {
    event.respondWith(kept().then((found) => found ?? fetched(request)));
  }
});
