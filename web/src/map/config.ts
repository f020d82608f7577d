// What a map page hands to the island, as JSON in a <script type="application/json"> (see docs/rooms/ui-kit.md).

export type Measure = "minutes" | "none";

export interface MapConfig {
  /** West, south, east, north in degrees (WGS 84). */
  bounds: [number, number, number, number];
  /** What the first view holds: the houses (default) or just `bounds`. */
  fit?: "buildings" | "bounds";
  ground_url?: string;
  buildings_url?: string;
  points_url?: string;
  /** Part of a page about one building; `{id}` is replaced by the feature's id. */
  details_url?: string;
  /** What a facility put on the map would change; asked with `lon`, `lat` and the picks. */
  trial_url?: string;
  measure?: Measure;
  is_3d?: boolean;
  /** False for backgrounds: no gestures, no focus, nothing to click. */
  is_interactive?: boolean;
  bearing?: number;
  /** Pixels kept free for what lies over the map: top, right, bottom, left. */
  padding?: [number, number, number, number];
  has_labels?: boolean;
  /** Id of the building chosen from the start, where the address names none. */
  building?: string;
  /** The map says where something is: a click puts a pin, its place goes into the inputs of these ids. Nothing else is chosen then. */
  pin?: { lon: string; lat: string; label: Words };
}

export type Words = string | { zh: string; en: string } | null | undefined;

/** A bilingual word in the page's language. */
export function say(words: Words): string {
  if (!words) return "";
  if (typeof words === "string") return words;
  return document.documentElement.lang.startsWith("en") ? words.en : words.zh;
}

export function readConfig(element: HTMLElement): MapConfig {
  const source = document.getElementById(element.dataset.config ?? "");
  if (!source?.textContent) throw new Error(`map: no configuration #${element.dataset.config}`);
  return JSON.parse(source.textContent) as MapConfig;
}
