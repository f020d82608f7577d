// Live pages. One event stream per browser: a SharedWorker holds it and tells every open page what happened. A page hears
// `linli:<fact name>` on its body, so that `hx-trigger="linli:cases.case_closed from:body"` fetches a part again.
// Streams carry names, never content. Where there is no SharedWorker or no stream, pages simply stay as they were loaded.

export interface Happened {
  name: string;
  community: string | null;
  position: number;
}

function tell(facts: Happened[]): void {
  for (const fact of facts) document.body.dispatchEvent(new CustomEvent(`linli:${fact.name}`, { detail: fact }));
  if (facts.length) document.body.dispatchEvent(new CustomEvent("linli:any", { detail: facts }));
}

export function listen(): void {
  const address = document.body.dataset.live;
  if (!address || typeof SharedWorker === "undefined") return;
  try {
    const worker = new SharedWorker(new URL("./live-worker.ts", import.meta.url), { type: "module", name: "linli-live" });
    worker.port.onmessage = (message: MessageEvent<Happened[]>) => tell(message.data);
    worker.port.start();
    worker.port.postMessage({ open: new URL(address, location.href).href });
    addEventListener("pagehide", () => worker.port.postMessage({ close: true }));
  } catch {
    // Private windows of some browsers refuse workers; the page works without news.
  }
}
