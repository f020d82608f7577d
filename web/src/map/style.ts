// The map's own style: quiet ground, and houses that carry the data. Built from the palette; no tiles, no glyphs, no sprites.
import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import type { MapConfig } from "./config";
import type { Palette } from "./palette";

export const EMPTY = { type: "FeatureCollection" as const, features: [] };
const EARTH_M = 40_075_016.686;
const FONT = ["Noto Sans SC"];
const SELECTED: ExpressionSpecification = ["boolean", ["feature-state", "selected"], false];
const MINUTES: ExpressionSpecification = ["to-number", ["get", "minutes"], -1];

/** Pixels for a width in metres at every zoom (512-pixel tiles). */
function metres(width_m: number | ExpressionSpecification, latitude: number): ExpressionSpecification {
  const perMetre = 512 / (EARTH_M * Math.cos((latitude * Math.PI) / 180));
  const at = (zoom: number): number | ExpressionSpecification =>
    typeof width_m === "number" ? width_m * perMetre * 2 ** zoom : ["*", width_m, perMetre * 2 ** zoom];
  return ["interpolate", ["exponential", 2], ["zoom"], 8, at(8), 22, at(22)] as ExpressionSpecification;
}

const isKind = (...kinds: string[]): ExpressionSpecification => ["in", ["get", "kind"], ["literal", kinds]];
const ROAD_M: ExpressionSpecification = ["match", ["get", "rank"], "main", 16, "street", 10, "lane", 5, "path", 2.5, 6];

function ground(colours: Palette, latitude: number): LayerSpecification[] {
  const area: ExpressionSpecification = ["==", ["geometry-type"], "Polygon"];
  return [
    { id: "paper", type: "background", paint: { "background-color": colours.ground } },
    { id: "green", type: "fill", source: "ground", filter: ["all", area, isKind("green")], paint: { "fill-color": colours.green } },
    { id: "water", type: "fill", source: "ground", filter: ["all", area, isKind("water")], paint: { "fill-color": colours.water } },
    { id: "stream", type: "line", source: "ground", filter: ["all", ["!", area], isKind("water")], layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": colours.water, "line-width": metres(8, latitude) } },
    { id: "road-edge", type: "line", source: "ground", filter: ["all", isKind("road"), ["!=", ["get", "rank"], "path"]], layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": colours.roadEdge, "line-width": metres(["+", ROAD_M, 2], latitude) } },
    { id: "road", type: "line", source: "ground", filter: isKind("road"), layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": colours.road, "line-width": metres(ROAD_M, latitude) } },
    { id: "rail", type: "line", source: "ground", filter: isKind("rail"), paint: { "line-color": colours.houseLine, "line-width": metres(3, latitude), "line-dasharray": [4, 2] } },
    { id: "wall", type: "line", source: "ground", filter: isKind("wall", "compound"), paint: { "line-color": colours.ink2, "line-width": 1.6, "line-dasharray": [4, 2], "line-opacity": 0.75 } },
  ];
}

function walkColour(colours: Palette, otherwise: string): ExpressionSpecification {
  return ["case", ["<", MINUTES, 0], otherwise, ["<=", MINUTES, 5], colours.walk1, ["<=", MINUTES, 10], colours.walk2, ["<=", MINUTES, 15], colours.walk3, colours.walk4];
}

/** Beyond the limit: as the data says (a limit may be in metres), else over 15 minutes. */
const FAR: ExpressionSpecification = ["boolean", ["get", "is_beyond"], [">", MINUTES, 15]];
const HEIGHT: ExpressionSpecification = ["coalesce", ["get", "height_m"], ["*", 3, ["coalesce", ["get", "levels"], 2]]];

function houses(colours: Palette, config: MapConfig): LayerSpecification[] {
  const byMinutes = config.measure !== "none";
  const plain = byMinutes ? colours.house : colours.roof;
  const colour: ExpressionSpecification = ["case", SELECTED, colours.lamp, byMinutes ? walkColour(colours, plain) : plain] as ExpressionSpecification;
  const flat = config.is_3d ? "none" : "visible";
  const raised = config.is_3d ? "visible" : "none";
  const layers: LayerSpecification[] = [
    { id: "house", type: "fill", source: "buildings", layout: { visibility: flat }, paint: { "fill-color": colour } },
    { id: "house-far", type: "fill", source: "buildings", filter: FAR, layout: { visibility: byMinutes ? flat : "none" }, paint: { "fill-pattern": "hatch", "fill-opacity": ["case", SELECTED, 0, 1] } },
    { id: "house-line", type: "line", source: "buildings", layout: { visibility: flat }, paint: { "line-color": ["case", SELECTED, colours.ink, FAR, colours.walk4Line, colours.houseLine], "line-width": ["case", SELECTED, 3, 0.8] } },
    { id: "prism", type: "fill-extrusion", source: "buildings", filter: byMinutes ? ["!", FAR] : ["all"], layout: { visibility: raised }, paint: { "fill-extrusion-color": colour, "fill-extrusion-height": HEIGHT, "fill-extrusion-vertical-gradient": true } },
    { id: "prism-far", type: "fill-extrusion", source: "buildings", filter: FAR, layout: { visibility: byMinutes ? raised : "none" }, paint: { "fill-extrusion-pattern": "hatch", "fill-extrusion-height": HEIGHT } },
    { id: "prism-picked", type: "line", source: "buildings", layout: { visibility: raised }, paint: { "line-color": colours.ink, "line-width": ["case", SELECTED, 3, 0] } },
    { id: "lit", type: "fill-extrusion", source: "windows", layout: { visibility: raised }, paint: { "fill-extrusion-color": colours.lamp, "fill-extrusion-base": ["get", "base_m"], "fill-extrusion-height": ["get", "top_m"], "fill-extrusion-vertical-gradient": false } },
  ];
  return layers;
}

function names(colours: Palette): LayerSpecification[] {
  const text = { "text-font": FONT, "text-field": ["get", "label"] as ExpressionSpecification };
  const ink = { "text-color": colours.label, "text-halo-color": colours.halo, "text-halo-width": 1.6 };
  return [
    { id: "road-name", type: "symbol", source: "ground", filter: ["all", isKind("road"), ["has", "label"]], minzoom: 15, layout: { ...text, "symbol-placement": "line", "text-size": 12, "symbol-spacing": 320 }, paint: ink },
    { id: "green-name", type: "symbol", source: "ground", filter: ["all", isKind("water", "green"), ["has", "label"]], minzoom: 16.5, layout: { ...text, "text-size": 12, "text-max-width": 8 }, paint: ink },
    { id: "compound-name", type: "symbol", source: "ground", filter: ["all", isKind("compound"), ["has", "label"]], minzoom: 13.5, layout: { ...text, "text-size": 14, "text-max-width": 8 }, paint: ink },
    { id: "house-name", type: "symbol", source: "buildings", filter: ["has", "label"], minzoom: 17, layout: { ...text, "text-size": 12, "text-max-width": 6 }, paint: ink },
  ];
}

function points(colours: Palette): LayerSpecification[] {
  const picture: ExpressionSpecification = ["match", ["get", "kind"], "candidate", "candidate", "vacant", "vacant", "gate", ["case", ["boolean", ["get", "is_locked"], false], "gate-locked", "gate"], "facility"];
  const isPin = isKind("alarm");
  const isMark: ExpressionSpecification = ["!", isKind("alarm", "way")];
  return [
    { id: "way-edge", type: "line", source: "points", filter: isKind("way"), layout: { "line-cap": "round" }, paint: { "line-color": colours.ink, "line-width": 7 } },
    { id: "way", type: "line", source: "points", filter: isKind("way"), layout: { "line-cap": "round" }, paint: { "line-color": colours.lamp, "line-width": 4 } },
    { id: "point", type: "symbol", source: "points", filter: isMark, layout: { "icon-image": picture, "icon-allow-overlap": true, "icon-size": ["interpolate", ["linear"], ["zoom"], 13, 0.6, 16, 1] } },
    { id: "point-name", type: "symbol", source: "points", filter: ["all", isMark, ["has", "label"]], minzoom: 14, layout: { "text-font": FONT, "text-field": ["get", "label"], "text-size": 13, "text-anchor": "left", "text-variable-anchor": ["left", "right", "top", "bottom"], "text-radial-offset": 1.25, "text-justify": "auto", "text-max-width": 12, "icon-image": "plate", "icon-text-fit": "both", "icon-text-fit-padding": [3, 7, 3, 7] }, paint: { "text-color": colours.ink } },
    { id: "pin", type: "symbol", source: "points", filter: isPin, layout: { "icon-image": ["concat", "pin-", ["get", "shape"]], "icon-anchor": "bottom", "icon-allow-overlap": true } },
  ];
}

export function buildStyle(config: MapConfig, colours: Palette): StyleSpecification {
  const latitude = (config.bounds[1] + config.bounds[3]) / 2;
  const layers = [...ground(colours, latitude), ...houses(colours, config)];
  if (config.has_labels !== false) layers.push(...names(colours));
  return {
    version: 8,
    light: { anchor: "viewport", color: "#ffffff", intensity: colours.isDark ? 0.35 : 0.36, position: [1.3, 200, 35] },
    sources: {
      ground: { type: "geojson", data: EMPTY },
      buildings: { type: "geojson", data: EMPTY, promoteId: "id" },
      windows: { type: "geojson", data: EMPTY },
      points: { type: "geojson", data: EMPTY, promoteId: "id" },
    },
    layers: [...layers, ...points(colours)],
  };
}
