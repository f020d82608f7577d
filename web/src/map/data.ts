// GeoJSON from our own server, with the labels of the page's language put on.
import type { FeatureCollection } from "geojson";
import { say, type Words } from "./config";
import { EMPTY } from "./style";

/** Fetched and labelled; an absent address or a failed answer is an empty collection and a thrown reason for the caller to tell. */
export async function fetchFeatures(address: string | undefined): Promise<FeatureCollection> {
  if (!address) return EMPTY;
  const answer = await fetch(address, { headers: { Accept: "application/geo+json, application/json" }, credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${answer.status} ${address}`);
  const features = (await answer.json()) as FeatureCollection;
  for (const feature of features.features) {
    feature.properties ??= {};
    feature.properties.id ??= feature.id;
    const label = say(feature.properties.name as Words);
    if (label) feature.properties.label = label;
  }
  return features;
}

/** West, south, east, north of all polygons; undefined where there are none. */
export function extentOf(features: FeatureCollection): [number, number, number, number] | undefined {
  const extent: [number, number, number, number] = [180, 90, -180, -90];
  const reach = (part: unknown): void => {
    if (!Array.isArray(part)) return;
    if (typeof part[0] !== "number") return part.forEach(reach);
    const [lon, lat] = part as [number, number];
    extent[0] = Math.min(extent[0], lon);
    extent[1] = Math.min(extent[1], lat);
    extent[2] = Math.max(extent[2], lon);
    extent[3] = Math.max(extent[3], lat);
  };
  for (const feature of features.features) if ("coordinates" in feature.geometry) reach(feature.geometry.coordinates);
  return extent[0] <= extent[2] ? extent : undefined;
}

/** Loads the font slices that the labels need, so that the canvas does not draw them in another face. */
export async function loadGlyphs(...collections: FeatureCollection[]): Promise<void> {
  const marks = new Set<string>();
  for (const collection of collections) {
    for (const feature of collection.features) for (const mark of String(feature.properties?.label ?? "")) marks.add(mark);
  }
  if (marks.size) await document.fonts.load('400 24px "Noto Sans SC"', [...marks].join(""));
}
