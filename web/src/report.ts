// A report from the phone: where it is by pin or by the phone's position, and, while the network is away or too weak, kept in the phone
// with its photos and sent once. Without this script the form is the form.
import { answerOffline, freshToken, Kept, newKey, refusal } from "./kept";

interface Entry {
  key: string;
  /** Whose it is, as the server names who is signed in; somebody else's is neither shown nor sent. */
  whose: string;
  fields: Record<string, string>;
  photos: Blob[];
  written_at: string;
  refused?: string;
}

const kept = new Kept<Entry>("linli-reports");
const REACH_MS = 5000;
const LONGEST_PX = 2048;
const QUALITY = 0.85;
const KEPT_FIELDS = ["text", "place", "where", "lon", "lat", "is_sealed"];

export function mountReports(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-report]:not([data-mounted])")) {
    form.dataset.mounted = "";
    mountWhere(form);
    keepOnSubmit(form);
  }
  const place = document.querySelector<HTMLElement>("[data-kept-reports]:not([data-mounted])");
  if (place) mountKept(place);
}

function mountWhere(form: HTMLFormElement): void {
  const words = form.querySelector<HTMLElement>("[data-locate-said]");
  const row = form.querySelector<HTMLElement>("[data-locate]");
  const map = form.querySelector<HTMLElement>("[data-map-later]");
  const input = (name: string): HTMLInputElement | null => form.querySelector<HTMLInputElement>(`[name=${name}]`);
  const elsewhere = (): void => {
    const other = form.querySelector<HTMLInputElement>("[name=place][value=elsewhere]");
    if (other && input("lon")?.value) other.checked = true;
  };
  const open = async (): Promise<void> => {
    if (!map || map.dataset.map !== undefined) return;
    map.dataset.map = "";
    (await import("./map/island")).mountMaps();
  };
  const details = map?.closest("details");
  details?.addEventListener("toggle", () => {
    if (details.open) void open();
  });
  if (details && input("lon")?.value) details.open = true;
  form.addEventListener("linli:pinned", () => {
    const isSet = Boolean(input("lon")?.value);
    const said = form.querySelector<HTMLElement>("[data-pin-said]");
    if (said) said.textContent = (isSet ? said.dataset.set : said.dataset.unset) ?? "";
    const away = form.querySelector<HTMLElement>("[data-pin-away]");
    if (away) away.hidden = !isSet;
    elsewhere();
  });
  form.querySelector("[data-pin-away]")?.addEventListener("click", () => map?.dispatchEvent(new CustomEvent("linli:pin-away")));
  if (!row || !("geolocation" in navigator) || !isSecureContext) return;
  row.hidden = false;
  row.querySelector("[data-locate-now]")?.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        input("lon")!.value = coords.longitude.toFixed(6);
        input("lat")!.value = coords.latitude.toFixed(6);
        if (words) words.textContent = words.dataset.found ?? "";
        elsewhere();
        map?.dispatchEvent(new CustomEvent("linli:pin-here", { detail: [coords.longitude, coords.latitude] }));
      },
      () => words && (words.textContent = words.dataset.lost ?? ""),
      { enableHighAccuracy: true, timeout: 15_000 },
    );
  });
}

/** While somebody writes it is asked now and then whether the server can be reached; where it cannot, the report stays here. */
function keepOnSubmit(form: HTMLFormElement): void {
  const always = form.dataset.report === "keep";
  let isReached = false;
  let isAsking = false;
  const ask = async (): Promise<void> => {
    if (isAsking || always) return;
    isAsking = true;
    isReached = await reached();
    isAsking = false;
  };
  void ask();
  for (const nearing of ["focusin", "change"]) form.addEventListener(nearing, () => void ask());
  form.addEventListener("submit", (event) => {
    if (isReached && navigator.onLine) return; // the browser sends it
    event.preventDefault();
    const button = form.querySelector<HTMLButtonElement>("button.pri");
    if (button) button.disabled = true;
    void (async () => {
      isReached = !always && (await reached());
      if (button) button.disabled = false;
      if (isReached) form.requestSubmit();
      else await keep(form);
    })();
  });
}

async function reached(): Promise<boolean> {
  if (!navigator.onLine) return false;
  try {
    return (await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(REACH_MS) })).ok;
  } catch {
    return false;
  }
}

async function keep(form: HTMLFormElement): Promise<void> {
  const place = document.querySelector<HTMLElement>("[data-kept-reports]");
  const said = new FormData(form);
  const text = String(said.get("text") ?? "").trim();
  if (!place || !text) {
    form.querySelector<HTMLElement>("[name=text]")?.focus();
    return tell(place, "missing");
  }
  const fields: Record<string, string> = {};
  for (const name of KEPT_FIELDS) if (said.get(name)) fields[name] = String(said.get(name));
  const photos = said.getAll("photos").filter((one): one is File => one instanceof File && one.size > 0);
  const entry: Entry = {
    key: newKey(), whose: place.dataset.whose ?? "", fields, photos: await Promise.all(photos.map(smaller)), written_at: new Date().toISOString(),
  };
  try {
    await kept.put(entry);
  } catch {
    return tell(place, "full");
  }
  form.reset();
  await show(place);
  tell(place, "kept");
  place.scrollIntoView({ block: "nearest" });
  if (await reached()) await sendAll(place);
}

/** A photo as a weak network can carry it; as it is where the browser cannot read it. */
async function smaller(photo: File): Promise<Blob> {
  try {
    const picture = await createImageBitmap(photo);
    const scale = Math.min(1, LONGEST_PX / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d")!.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const made = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    return made && made.size < photo.size ? made : photo;
  } catch {
    return photo;
  }
}

function mountKept(place: HTMLElement): void {
  place.dataset.mounted = "";
  answerOffline(place.dataset.keptWorker);
  place.querySelector("[data-kept-now]")?.addEventListener("click", () => void sendAll(place, { again: true }));
  addEventListener("online", () => void sendAll(place));
  void show(place).then(async (n) => {
    if (n && (await reached())) await sendAll(place);
  });
}

async function show(place: HTMLElement): Promise<number> {
  const all = await kept.all();
  const mine = all.filter((one) => one.whose === place.dataset.whose);
  const list = place.querySelector("[data-kept-list]")!;
  list.replaceChildren(...mine.map((one) => line(place, one)));
  const others = place.querySelector<HTMLElement>("[data-kept-others]");
  if (others) others.hidden = all.length === mine.length;
  const isEmpty = !all.length && !place.querySelector("[data-kept-answers] li");
  place.hidden = isEmpty && place.dataset.keptReports !== "always";
  place.querySelector<HTMLElement>("[data-kept-now]")!.hidden = !mine.length;
  return mine.length;
}

let sending = false;
async function sendAll(place: HTMLElement, { again = false } = {}): Promise<void> {
  if (sending) return;
  sending = true;
  try {
    for (const one of await kept.all()) {
      if (one.whose !== place.dataset.whose || (one.refused && !again)) continue;
      const end = await send(place, one);
      if (end) {
        tell(place, end);
        if (end !== "refused") return;
      }
    }
  } finally {
    sending = false;
    await show(place);
  }
}

/** Send one; empty when it came in, else the word of why not. */
async function send(place: HTMLElement, one: Entry): Promise<string> {
  try {
    const token = await freshToken(place.dataset.keptFresh ?? "");
    if (!token) return "later";
    if (token === "sign-in") return "signIn";
    const body = new FormData();
    for (const [name, value] of Object.entries({ ...one.fields, _key: one.key, whose: one.whose, csrfmiddlewaretoken: token })) body.set(name, value);
    one.photos.forEach((photo, n) => body.append("photos", photo, `photo-${n + 1}.jpg`));
    const answer = await fetch(place.dataset.keptSend ?? "", { method: "POST", body, headers: { Accept: "application/json" } });
    if (!answer.ok) {
      if (answer.status >= 500 || answer.status === 429) return "later";
      await kept.put({ ...one, refused: await refusal(answer) });
      return "refused";
    }
    if (new URL(answer.url).pathname.startsWith("/sign-in/")) return "signIn";
    await kept.forget(one.key);
    place.querySelector("[data-kept-answers]")!.append(sent(one, answer.url));
    tell(place, "done");
    return "";
  } catch {
    return "later";
  }
}

function tell(place: HTMLElement | null, word: string): void {
  const said = place?.querySelector<HTMLElement>("[data-kept-said]");
  const words = place?.querySelector<HTMLElement>("[data-kept-words]")?.dataset;
  if (!place || !said) return;
  place.hidden = false;
  said.textContent = words?.[word] ?? "";
}

function sent(one: Entry, address: string): HTMLLIElement {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.className = "go";
  link.href = address;
  link.textContent = one.fields.text!.slice(0, 40);
  item.append(link);
  return item;
}

function line(place: HTMLElement, one: Entry): HTMLLIElement {
  const words = place.querySelector<HTMLElement>("[data-kept-words]")!.dataset;
  const item = document.createElement("li");
  item.className = "pad row wrap";
  const text = document.createElement("span");
  text.className = "grow";
  text.textContent = one.fields.text!.slice(0, 60) + (one.photos.length ? ` · ${one.photos.length} ${words.photos}` : "");
  if (one.refused) {
    const why = document.createElement("small");
    why.className = "i2";
    why.textContent = ` ${one.refused}`;
    text.append(why);
  }
  const away = document.createElement("button");
  away.type = "button";
  away.className = "btn word";
  away.textContent = words.away ?? "";
  away.addEventListener("click", () => void kept.forget(one.key).then(() => show(place)));
  item.append(text, away);
  return item;
}
