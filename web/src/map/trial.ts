// A facility put on the map to try: dragged with the pointer or moved by arrow keys; the server answers with every house's minutes
// and one sentence, which are shown at once. One question at a time; of those asked meanwhile only the last is put.
import type { LngLat, Map as MapLibre, Marker } from "maplibre-gl";
import type { FeatureCollection } from "geojson";
import type { MapConfig } from "./config";
import { putMarker } from "./marker";
import type { Picked } from "./picks";

interface Answer {
  said: string;
  is_joined: boolean;
  houses: Record<string, [minutes: number | null, isBeyond: boolean]>;
}

const STEP_M = 20;

export interface Drawn {
  /** The houses as the map's data has them. */
  houses(): FeatureCollection | undefined;
  draw(houses: FeatureCollection): void;
  picks(): Picked;
}

export class Trial {
  private marker: Marker | undefined;
  private isAsking = false;
  private isWanted = false;
  private readonly box: HTMLElement | null;
  private readonly words: HTMLElement | null;
  private readonly button: HTMLButtonElement | null;

  constructor(
    private readonly map: MapLibre,
    root: HTMLElement,
    private readonly config: MapConfig,
    private readonly drawn: Drawn,
  ) {
    this.box = root.querySelector<HTMLElement>("[data-map-trial]");
    this.words = root.querySelector<HTMLElement>("[data-map-trial-said]");
    this.button = root.querySelector<HTMLButtonElement>("[data-map-try]");
    if (!this.box || !this.button || !config.trial_url) return;
    this.box.hidden = false;
    // The server measures the community anew the first time: let it begin when somebody comes near the button.
    for (const nearing of ["pointerenter", "focus"]) this.button.addEventListener(nearing, () => this.warm(), { once: true });
    this.button.addEventListener("click", () => (this.marker ? this.end() : this.begin(this.map.getCenter())));
    const here = new URL(location.href).searchParams;
    const [lon, lat] = (here.get("try") ?? "").split(",").map(Number);
    if (lon && lat) this.map.once("load", () => this.begin({ lng: lon, lat } as LngLat));
  }

  /** After other data came (another category, another group): the same place again. */
  again(): void {
    if (this.marker) void this.ask();
  }

  private warm(): void {
    const { lng, lat } = this.map.getCenter();
    const address = this.drawn.picks()(this.config.trial_url);
    if (!this.marker && address) void fetch(`${address}&lon=${lng}&lat=${lat}`, { credentials: "same-origin" });
  }

  private begin(at: LngLat): void {
    this.marker = putMarker(this.map, at, {
      label: this.button?.dataset.pin ?? "", stepM: STEP_M, moved: () => void this.ask(), gone: () => this.end(),
    });
    this.button?.setAttribute("aria-pressed", "true");
    this.button?.classList.remove("pri");
    this.marker.getElement().focus();
    void this.ask();
  }

  private end(): void {
    this.marker?.remove();
    this.marker = undefined;
    this.button?.setAttribute("aria-pressed", "false");
    if (this.words) this.words.textContent = "";
    this.link(undefined);
    const houses = this.drawn.houses();
    if (houses) this.drawn.draw(houses);
    this.remember(undefined);
  }

  private async ask(): Promise<void> {
    if (this.isAsking) {
      this.isWanted = true;
      return;
    }
    this.isAsking = true;
    do {
      this.isWanted = false;
      await this.answer();
    } while (this.isWanted && this.marker);
    this.isAsking = false;
  }

  private async answer(): Promise<void> {
    const at = this.marker?.getLngLat();
    const address = this.drawn.picks()(this.config.trial_url);
    if (!at || !address) return;
    const full = new URL(address, location.href);
    full.searchParams.set("lon", at.lng.toFixed(6));
    full.searchParams.set("lat", at.lat.toFixed(6));
    const begun = performance.now();
    const reply = await fetch(full, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    const answer = (await reply.json()) as Answer & { error?: { message?: string } };
    if (!this.marker) return;
    if (!reply.ok) {
      if (this.words) this.words.textContent = answer.error?.message ?? String(reply.status);
      return;
    }
    this.show(answer);
    this.link(at);
    this.remember(at);
    if (this.box) this.box.dataset.ms = String(Math.round(performance.now() - begun));
  }

  private show(answer: Answer): void {
    if (this.words) this.words.textContent = answer.said;
    const houses = this.drawn.houses();
    if (!houses) return;
    const features = houses.features.map((feature) => {
      const told = answer.houses[String(feature.properties?.id)];
      return told ? { ...feature, properties: { ...feature.properties, minutes: told[0], is_beyond: told[1] } } : feature;
    });
    this.drawn.draw({ ...houses, features });
  }

  private link(at: LngLat | undefined): void {
    const link = this.box?.querySelector<HTMLAnchorElement>("a[data-map-trial-keep]");
    if (!link) return;
    link.hidden = !at;
    if (!at) return;
    const full = new URL(this.drawn.picks()(link.dataset.mapTrialKeep) ?? "", location.href);
    full.searchParams.set("kind", "open_facility");
    full.searchParams.set("lon", at.lng.toFixed(6));
    full.searchParams.set("lat", at.lat.toFixed(6));
    link.href = full.pathname + full.search;
  }

  private remember(at: LngLat | undefined): void {
    const here = new URL(location.href);
    if (at) here.searchParams.set("try", `${at.lng.toFixed(5)},${at.lat.toFixed(5)}`);
    else here.searchParams.delete("try");
    history.replaceState(null, "", here);
  }
}
