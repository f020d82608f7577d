// Where something is, by a pin: put by a click, a tap, Enter in the middle of the map, or a position found by the phone. The pin's
// place stands in two inputs of the page's form, so that what is sent is what is seen.
import type { LngLatLike, Map as MapLibre, Marker } from "maplibre-gl";
import { say, type MapConfig } from "./config";
import { putMarker } from "./marker";

const STEP_M = 2;
const NEAR_ZOOM = 17.5;
const DIGITS = 6;

export class Pin {
  private marker: Marker | undefined;
  private readonly lon: HTMLInputElement | null;
  private readonly lat: HTMLInputElement | null;

  constructor(
    private readonly map: MapLibre,
    private readonly root: HTMLElement,
    private readonly asked: NonNullable<MapConfig["pin"]>,
  ) {
    this.lon = document.querySelector<HTMLInputElement>(`#${CSS.escape(asked.lon)}`);
    this.lat = document.querySelector<HTMLInputElement>(`#${CSS.escape(asked.lat)}`);
    if (this.lon?.value && this.lat?.value) this.put([Number(this.lon.value), Number(this.lat.value)]);
    map.on("click", (event) => this.put(event.lngLat));
    map.getCanvas().style.cursor = "crosshair";
    map.getCanvas().addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault(); // Enter is not "send the form" here
      this.put(map.getCenter());
    });
    root.addEventListener("linli:pin-here", (event) => {
      const at = (event as CustomEvent<[number, number]>).detail;
      this.put(at);
      map.easeTo({ center: at, zoom: Math.max(map.getZoom(), NEAR_ZOOM) });
    });
    root.addEventListener("linli:pin-away", () => this.away());
  }

  private put(at: LngLatLike): void {
    if (this.marker) this.marker.setLngLat(at);
    else {
      const moving = { label: say(this.asked.label), stepM: STEP_M, moved: () => this.tell(), gone: () => this.away() };
      this.marker = putMarker(this.map, at, moving);
    }
    this.tell();
  }

  private away(): void {
    this.marker?.remove();
    this.marker = undefined;
    this.tell();
    this.map.getCanvas().focus();
  }

  private tell(): void {
    const at = this.marker?.getLngLat();
    if (this.lon) this.lon.value = at ? at.lng.toFixed(DIGITS) : "";
    if (this.lat) this.lat.value = at ? at.lat.toFixed(DIGITS) : "";
    this.root.dispatchEvent(new CustomEvent("linli:pinned", { bubbles: true }));
  }
}
