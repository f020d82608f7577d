// A pin on the map that a person moves: dragged with the pointer or by arrow keys (Shift for long steps), put away with Escape.
import { Marker, type LngLatLike, type Map as MapLibre } from "maplibre-gl";

export interface Moving {
  /** What a reader hears when the pin has the focus. */
  label: string;
  /** Metres of an arrow key's step; with Shift five times as far. */
  stepM: number;
  moved(): void;
  gone(): void;
}

const LONG = 5;
const METRES_PER_DEGREE = 111_320;
const MOVES: Record<string, [east: number, north: number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export function putMarker(map: MapLibre, at: LngLatLike, moving: Moving): Marker {
  const pin = document.createElement("div");
  pin.className = "trial-pin";
  pin.tabIndex = 0;
  pin.setAttribute("role", "button");
  pin.setAttribute("aria-label", moving.label);
  const marker = new Marker({ element: pin, draggable: true, anchor: "bottom" }).setLngLat(at).addTo(map);
  marker.on("drag", () => moving.moved());
  marker.on("dragend", () => moving.moved());
  pin.addEventListener("click", (event) => event.stopPropagation());
  pin.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return moving.gone();
    const move = MOVES[event.key];
    if (!move) return;
    event.preventDefault();
    event.stopPropagation();
    const { lng, lat } = marker.getLngLat();
    const step = (event.shiftKey ? LONG * moving.stepM : moving.stepM) / METRES_PER_DEGREE;
    marker.setLngLat([lng + (move[0] * step) / Math.cos((lat * Math.PI) / 180), lat + move[1] * step]);
    moving.moved();
  });
  return marker;
}
