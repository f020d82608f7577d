// The counter without the network. Entries lie in IndexedDB until their answer has come; each has a key made here, so that one sent
// twice is taken once. What is sent and what comes back is decided by the server; here is only kept and tried again.
import { mountSigning } from "./sign";

interface Entry {
  key: string;
  name: string;
  home: string;
  matter: string;
  note: string;
  signature: string;
  written_at: string;
}
interface Answer {
  key: string;
  number: string;
  state: "done" | "open" | "undecided";
  doubt: string;
}
const AT_ONCE = 50;

function store(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("linli-counter", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("entries", { keyPath: "key" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function entries<T>(mode: IDBTransactionMode, act: (kept: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await store();
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

export function mountCounter(): void {
  const place = document.querySelector<HTMLElement>("[data-offline]:not([data-mounted])");
  if (!place) return;
  place.dataset.mounted = "";
  mountSigning();
  const worker = place.dataset.offlineWorker ?? "";
  if ("serviceWorker" in navigator) void navigator.serviceWorker.register(worker).catch(() => undefined);
  const form = place.querySelector<HTMLFormElement>("[data-offline-form]")!;
  const part = <T extends HTMLElement = HTMLElement>(name: string): T => place.querySelector<T>(`[data-offline-${name}]`)!;
  const words = part("words").dataset;
  const say = (text = ""): void => void (part("said").textContent = text);
  const network = (): void => say(navigator.onLine ? words.online : words.away);

  const show = async (): Promise<Entry[]> => {
    const kept = await entries<Entry[]>("readonly", (all) => all.getAll());
    part("count").textContent = String(kept.length);
    part("list").replaceChildren(...kept.map((one) => line(`${one.name} ${one.home}`, one.note)));
    return kept;
  };
  let sending = false;
  const send = async (): Promise<void> => {
    if (sending) return;
    sending = true;
    try {
      for (let kept = await show(); kept.length; kept = await show()) {
        const answers = await post(place.dataset.offline ?? "", kept.slice(0, AT_ONCE));
        if (typeof answers === "string") return say(answers === "sign-in" ? words.signIn : answers || words.later);
        for (const one of answers) {
          await entries("readwrite", (all) => all.delete(one.key));
          part("answers").prepend(line(one.number, words[one.state] ?? one.state));
        }
      }
      network();
    } finally {
      sending = false;
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void (async () => {
      const said = new FormData(form);
      const field = (name: string): string => String(said.get(name) ?? "").trim();
      if (!field("name") || !field("home") || !field("note")) {
        say(words.missing);
        form.querySelector<HTMLElement>(":invalid")?.focus();
        return;
      }
      const entry: Entry = {
        key: newKey(), name: field("name"), home: field("home"), matter: field("matter"), note: field("note"),
        signature: field("signature"), written_at: new Date().toISOString().slice(0, 19) + "Z",
      };
      await entries("readwrite", (all) => all.put(entry));
      form.reset();
      say(words.kept);
      await show();
      if (navigator.onLine) await send();
    })();
  });
  part("send").addEventListener("click", () => void send());
  addEventListener("online", () => {
    network();
    void send();
  });
  addEventListener("offline", network);
  network();
  void show().then((kept) => {
    if (kept.length && navigator.onLine) void send();
  });
}

/** The answers; "sign-in" where nobody is signed in; the server's own words where it refuses; "" where it was not reached. */
async function post(address: string, kept: Entry[]): Promise<Answer[] | string> {
  try {
    const fresh = await fetch(location.pathname, { cache: "no-store", redirect: "manual", headers: { "X-Linli-Fresh": "1" } });
    if (fresh.type === "opaqueredirect" || !fresh.ok) return fresh.type === "opaqueredirect" ? "sign-in" : "";
    const page = new DOMParser().parseFromString(await fresh.text(), "text/html");
    const token = page.querySelector<HTMLInputElement>("[data-offline-form] [name=csrfmiddlewaretoken]")?.value;
    if (!token) return "sign-in";
    const body = new URLSearchParams({ csrfmiddlewaretoken: token, entries: JSON.stringify(kept) });
    const answer = await fetch(address, { method: "POST", body, redirect: "manual", headers: { Accept: "application/json" } });
    if (answer.type === "opaqueredirect") return "sign-in";
    const told = await answer.json();
    return answer.ok ? (told.entries as Answer[]) : String(told.message?.[document.documentElement.lang.slice(0, 2)] ?? told.code ?? "");
  } catch {
    return "";
  }
}

/** A random UUID (version 4); `crypto.randomUUID` is there on encrypted addresses only. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function line(title: string, detail: string): HTMLLIElement {
  const item = document.createElement("li");
  item.className = "pad";
  const strong = document.createElement("b");
  strong.className = "m";
  strong.textContent = title;
  item.append(strong, " ", detail);
  return item;
}
