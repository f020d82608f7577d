// Answers for one page while the network is away: the page as it was last loaded, and the files it is made of. The page (`?page=`) holds
// nobody's data. Nothing else is kept, and nothing is answered from here while the network answers.
const asked = new URL(location.href).searchParams;
const CACHE = `linli-${asked.get("name")}-1`;
const PAGE = asked.get("page") ?? "";
/** A network so slow counts as away, where a person would look at a white page. */
const WAIT_MS = 8000;
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
  if (request.mode === "navigate" || url.pathname === PAGE) event.respondWith(pageOf(request, url.pathname === PAGE));
  else if (url.pathname.startsWith("/static/")) event.respondWith(fileOf(request));
});

async function pageOf(request: Request, isKept: boolean): Promise<Response> {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(PAGE);
  try {
    const answer = await Promise.race([fetch(request), ...(kept ? [late()] : [])]);
    if (isKept && answer.ok && !answer.redirected) await cache.put(PAGE, answer.clone());
    return answer;
  } catch {
    return kept ?? Response.error();
  }
}

function late(): Promise<Response> {
  return new Promise((_, reject) => setTimeout(() => reject(new Error("late")), WAIT_MS));
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
