// One building at a time: pointed at, clicked or reached by keyboard; told to the page, which shows its details.
import htmx from "htmx.org";
import type { Map as MapLibre, MapGeoJSONFeature, PointLike } from "maplibre-gl";
import type { MapConfig } from "./config";

const HOUSES = ["house", "prism", "prism-far"];

export class Chosen {
  private id: string | number | undefined;

  constructor(
    private readonly map: MapLibre,
    private readonly root: HTMLElement,
    private readonly config: MapConfig,
  ) {}

  at(point: PointLike): MapGeoJSONFeature | undefined {
    return this.map.queryRenderedFeatures(point, { layers: HOUSES.filter((layer) => this.map.getLayer(layer)) })[0];
  }

  choose(id: string | number | undefined, { tell = true } = {}): void {
    if (this.id !== undefined) this.map.setFeatureState({ source: "buildings", id: this.id }, { selected: false });
    this.id = id;
    const here = new URL(location.href);
    if (id === undefined) here.searchParams.delete("building");
    else {
      this.map.setFeatureState({ source: "buildings", id }, { selected: true });
      here.searchParams.set("building", String(id));
    }
    history.replaceState(null, "", here);
    if (tell && id !== undefined) this.tell(id);
  }

  /** After new data or a new style the mark must be set again. */
  again(): void {
    if (this.id !== undefined) this.map.setFeatureState({ source: "buildings", id: this.id }, { selected: true });
  }

  private tell(id: string | number): void {
    if (String(id).startsWith("area-")) return; // a grid or a cell has no page of its own
    document.body.dispatchEvent(new CustomEvent("linli:map-picked", { detail: { id } }));
    const target = this.root.querySelector<HTMLElement>("[data-map-details]");
    if (!target || !this.config.details_url) return;
    const address = new URL(this.config.details_url.replace("{id}", encodeURIComponent(String(id))), location.href);
    const form = this.root.querySelector<HTMLFormElement>("form[data-map-pick]");
    if (form) for (const [name, value] of new FormData(form)) address.searchParams.set(name, String(value));
    target.hidden = false;
    void htmx.ajax("get", address.pathname + address.search, { target, swap: "innerHTML" });
  }
}

export function bindChoosing(map: MapLibre, root: HTMLElement, chosen: Chosen): void {
  map.on("click", (event) => chosen.choose(chosen.at(event.point)?.id));
  map.on("mousemove", (event) => {
    map.getCanvas().style.cursor = chosen.at(event.point) ? "pointer" : "";
  });
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const box = map.getCanvas().getBoundingClientRect();
    const found = chosen.at([box.width / 2, box.height / 2]);
    if (found) chosen.choose(found.id);
  });
  // A row of the table twin shows its building on the map.
  document.addEventListener("click", (event) => {
    const row = (event.target as HTMLElement).closest<HTMLElement>("[data-map-building]");
    if (!row) return;
    event.preventDefault();
    const { mapBuilding, lon, lat } = row.dataset;
    if (lon && lat) map.easeTo({ center: [Number(lon), Number(lat)], zoom: Math.max(map.getZoom(), 16.5) });
    chosen.choose(mapBuilding);
    root.scrollIntoView({ block: "nearest" });
  });
}
