// What is written while the network is away: kept in the browser's own store, each with a key made here, so that one sent twice is
// taken once. What becomes of it the server decides.

export class Kept<Entry extends { key: string }> {
  constructor(private readonly database: string) {}

  all(): Promise<Entry[]> {
    return this.change("readonly", (kept) => kept.getAll());
  }

  put(entry: Entry): Promise<unknown> {
    return this.change("readwrite", (kept) => kept.put(entry));
  }

  forget(key: string): Promise<unknown> {
    return this.change("readwrite", (kept) => kept.delete(key));
  }

  private async change<T>(mode: IDBTransactionMode, act: (kept: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    const database = await this.open();
    try {
      return await new Promise((resolve, reject) => {
        const change = database.transaction("entries", mode, { durability: "strict" });
        const asked = act(change.objectStore("entries"));
        change.oncomplete = () => resolve(asked.result);
        change.onerror = change.onabort = () => reject(change.error);
      });
    } finally {
      database.close();
    }
  }

  private open(): Promise<IDBDatabase> {
    return new Promise((resolve, reject) => {
      const asked = indexedDB.open(this.database, 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("entries", { keyPath: "key" });
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  }
}

/** A token for one form, from the page itself as the server has it now; "sign-in" where nobody is signed in, "" where it was not reached. */
export async function freshToken(address: string): Promise<string> {
  const fresh = await fetch(address, { cache: "no-store", redirect: "manual", headers: { "X-Linli-Fresh": "1" } });
  if (fresh.type === "opaqueredirect") return "sign-in";
  if (!fresh.ok) return "";
  const page = new DOMParser().parseFromString(await fresh.text(), "text/html");
  return page.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "sign-in";
}

/** The server's own words of a refusal, in the page's language. */
export async function refusal(answer: Response): Promise<string> {
  const told = await answer.json();
  return String(told.message?.[document.documentElement.lang.slice(0, 2)] ?? told.code ?? answer.status);
}

/** A random UUID (version 4); `crypto.randomUUID` is there on encrypted addresses only. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** A script that answers for a page while the network is away. */
export function answerOffline(worker: string | undefined): void {
  if (worker && "serviceWorker" in navigator) void navigator.serviceWorker.register(worker).catch(() => undefined);
}
