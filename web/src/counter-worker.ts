// Answers for the counter's offline page while the network is away: the page as it was last loaded, and the files it is made of. The page
// holds nobody's data. Nothing else is kept, and nothing is answered from here while the network answers.
const CACHE = "linli-counter-1";
const PAGE = "/console/counter/offline/";
const self_ = globalThis as unknown as {
  addEventListener(name: string, act: (event: any) => void): void;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
};

self_.addEventListener("install", (event) => event.waitUntil(fill().then(() => self_.skipWaiting())));
self_.addEventListener("activate", (event) => event.waitUntil(self_.clients.claim()));

async function fill(): Promise<void> {
  const cache = await caches.open(CACHE);
  const answer = await fetch(PAGE, { cache: "no-store", credentials: "same-origin", redirect: "manual" });
  if (!answer.ok) return;
  const text = await answer.clone().text();
  await cache.put(PAGE, answer);
  const files = new Set([...text.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map((found) => found[1]!));
  await Promise.all([...files].map((file) => cache.add(file).catch(() => undefined)));
}

self_.addEventListener("fetch", (event) => {
  const request: Request = event.request;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.headers.has("X-Linli-Fresh")) return;
  if (url.pathname === PAGE) event.respondWith(pageOf(request));
  else if (url.pathname.startsWith("/static/")) event.respondWith(fileOf(request));
});

async function pageOf(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected) await cache.put(PAGE, answer.clone());
    return answer;
  } catch {
    return (await cache.match(PAGE)) ?? Response.error();
  }
}

/** Built files carry their digest in their name: what is kept is never stale. */
async function fileOf(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request.url);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request.url, answer.clone());
  return answer;
}
