// Holds the one event stream of this browser and hands its facts to every page that is open.
const pages = new Set<MessagePort>();
let source: EventSource | undefined;

interface Wish {
  open?: string;
  close?: boolean;
}

function start(address: string): void {
  if (source && source.readyState !== EventSource.CLOSED) return;
  source = new EventSource(address);
  source.addEventListener("facts", (event) => {
    const facts: unknown = JSON.parse((event as MessageEvent<string>).data);
    for (const page of pages) page.postMessage(facts);
  });
}

(self as unknown as SharedWorkerGlobalScope).onconnect = (event: MessageEvent) => {
  const port = event.ports[0];
  if (!port) return;
  pages.add(port);
  port.onmessage = (message: MessageEvent<Wish>) => {
    if (message.data.open) start(message.data.open);
    if (message.data.close) {
      pages.delete(port);
      if (pages.size === 0) {
        source?.close();
        source = undefined;
      }
    }
  };
};
