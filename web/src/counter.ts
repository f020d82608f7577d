// The counter without the network. Entries lie in IndexedDB until their answer has come; each has a key made here, so that one sent
// twice is taken once. What is sent and what comes back is decided by the server; here is only kept and tried again.
import { answerOffline, freshToken, Kept, newKey, refusal } from "./kept";
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

const entries = new Kept<Entry>("linli-counter");

export function mountCounter(): void {
  const place = document.querySelector<HTMLElement>("[data-offline]:not([data-mounted])");
  if (!place) return;
  place.dataset.mounted = "";
  mountSigning();
  answerOffline(place.dataset.offlineWorker);
  const form = place.querySelector<HTMLFormElement>("[data-offline-form]")!;
  const part = <T extends HTMLElement = HTMLElement>(name: string): T => place.querySelector<T>(`[data-offline-${name}]`)!;
  const words = part("words").dataset;
  const say = (text = ""): void => void (part("said").textContent = text);
  const network = (): void => say(navigator.onLine ? words.online : words.away);

  const show = async (): Promise<Entry[]> => {
    const kept = await entries.all();
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
          await entries.forget(one.key);
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
      await entries.put(entry);
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
    const token = await freshToken(location.pathname);
    if (!token || token === "sign-in") return token;
    const body = new URLSearchParams({ csrfmiddlewaretoken: token, entries: JSON.stringify(kept) });
    const answer = await fetch(address, { method: "POST", body, redirect: "manual", headers: { Accept: "application/json" } });
    if (answer.type === "opaqueredirect") return "sign-in";
    return answer.ok ? ((await answer.json()).entries as Answer[]) : await refusal(answer);
  } catch {
    return "";
  }
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
