// The map island: every `[data-map]` on the page becomes a map drawn from our own data.
import { Map as MapLibre, setWorkerUrl, type GeoJSONSource } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import "../styles/map.css";
import { readConfig, type MapConfig } from "./config";
import { extentOf, fetchFeatures, loadGlyphs } from "./data";
import { addImages } from "./images";
import { readPalette } from "./palette";
import { bindChoosing, Chosen } from "./pick-one";
import { bindPicks, type Picked } from "./picks";
import { Pin } from "./pin";
import { buildStyle, EMPTY } from "./style";
import { bindTools } from "./tools";
import { Trial } from "./trial";
import { litWindows } from "./windows";
import type { FeatureCollection } from "geojson";

const TILT = 55;
setWorkerUrl(workerUrl);

class Island {
  private readonly map: MapLibre;
  private readonly chosen: Chosen;
  private picks: Picked = (address) => address;
  private trial: Trial | undefined;
  private data: Record<string, FeatureCollection> = {};

  constructor(
    private readonly root: HTMLElement,
    private readonly config: MapConfig,
  ) {
    const container = root.querySelector<HTMLElement>(".map-canvas") ?? root;
    const colours = readPalette();
    const isStill = config.is_interactive === false;
    this.map = new MapLibre({
      container,
      style: buildStyle(config, colours),
      bounds: config.bounds,
      fitBoundsOptions: { ...this.view(), animate: false },
      attributionControl: false,
      interactive: !isStill,
      hash: isStill || config.pin ? false : "at",
      maxZoom: 20,
      minZoom: 8,
      maxPitch: 65,
      canvasContextAttributes: { antialias: true },
      fadeDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 140,
      locale: { "Map.Title": container.getAttribute("aria-label") ?? "" },
    });
    if (!isStill) this.map.setPitch(config.is_3d ? TILT : 0);
    this.chosen = new Chosen(this.map, root, config);
    this.map.on("style.load", () => {
      addImages(this.map, readPalette());
      this.show();
    });
    if (!isStill) this.bind();
  }

  private view() {
    const [top, right, bottom, left] = this.config.padding ?? [24, 24, 24, 24];
    return { padding: { top, right, bottom, left }, pitch: this.config.is_3d ? TILT : 0, bearing: this.config.bearing ?? 0 };
  }

  private extent(): [number, number, number, number] {
    const houses = this.config.fit === "bounds" ? undefined : extentOf(this.data.buildings ?? EMPTY);
    return houses ?? this.config.bounds;
  }

  private bind(): void {
    this.picks = bindPicks(this.root, () => void this.load("buildings", "points"));
    if (this.config.pin) new Pin(this.map, this.root, this.config.pin);
    else bindChoosing(this.map, this.root, this.chosen);
    bindTools(this.map, this.root, {
      home: () => void this.map.fitBounds(this.extent(), this.view()),
      raise: () => this.raise(),
    });
    this.trial = new Trial(this.map, this.root, this.config, {
      houses: () => this.data.buildings,
      draw: (houses) => void (this.map.getSource("buildings") as GeoJSONSource | undefined)?.setData(houses),
      picks: () => this.picks,
    });
    new MutationObserver(() => this.restyle()).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    document.body.addEventListener("linli:map-reload", () => void this.load("buildings", "points"));
  }

  async load(...names: ("ground" | "buildings" | "points")[]): Promise<void> {
    this.root.setAttribute("aria-busy", "true");
    try {
      const fetched = await Promise.all(names.map((name) => fetchFeatures(name === "ground" ? this.config.ground_url : this.picks(this.config[`${name}_url`]))));
      names.forEach((name, i) => (this.data[name] = fetched[i] as FeatureCollection));
      if (names.includes("buildings")) this.data.windows = litWindows(this.data.buildings as FeatureCollection);
      if (names.includes("ground") && !location.hash.includes("at=")) this.map.fitBounds(this.extent(), { ...this.view(), animate: false });
      await loadGlyphs(...fetched);
      if (this.map.isStyleLoaded() || this.map.getSource("buildings")) this.show();
    } catch (reason) {
      this.sorry(String(reason));
    }
    this.root.removeAttribute("aria-busy");
  }

  private show(): void {
    for (const [name, features] of Object.entries(this.data)) {
      void (this.map.getSource(name) as GeoJSONSource | undefined)?.setData(features);
    }
    const wanted = new URL(location.href).searchParams.get("building") ?? this.config.building;
    if (wanted && this.config.is_interactive !== false) this.chosen.choose(wanted, { tell: false });
    this.chosen.again();
    this.trial?.again();
    this.root.dataset.mapShown = String(Object.values(this.data).reduce((sum, one) => sum + one.features.length, 0));
  }

  private raise(): boolean {
    this.config.is_3d = !this.config.is_3d;
    this.restyle();
    this.map.easeTo({ pitch: this.config.is_3d ? TILT : 0, bearing: this.config.is_3d ? (this.config.bearing ?? -20) : 0 });
    return this.config.is_3d;
  }

  private restyle(): void {
    this.map.setStyle(buildStyle(this.config, readPalette()), { diff: false });
  }

  private sorry(reason: string): void {
    console.error("map:", reason);
    const words = this.root.querySelector<HTMLElement>("[data-map-sorry]");
    if (words) words.hidden = false;
  }
}

export function mountMaps(): void {
  for (const root of document.querySelectorAll<HTMLElement>("[data-map]:not([data-map-mounted])")) {
    root.dataset.mapMounted = "";
    try {
      void new Island(root, readConfig(root)).load("ground", "buildings", "points");
    } catch (reason) {
      console.error("map:", reason);
      root.querySelector<HTMLElement>("[data-map-sorry]")?.removeAttribute("hidden");
    }
  }
}
