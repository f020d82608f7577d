// Colours of the map, read from the page's tokens, so that every theme and every change of theme is drawn alike.

const NAMES = {
  ground: "--map-ground",
  road: "--map-road",
  roadEdge: "--map-road-edge",
  water: "--map-water",
  green: "--map-green",
  roof: "--map-roof",
  wallLeft: "--map-wall-l",
  house: "--map-house",
  houseLine: "--map-house-line",
  label: "--map-label",
  halo: "--map-halo",
  walk1: "--walk-1",
  walk2: "--walk-2",
  walk3: "--walk-3",
  walk4: "--walk-4",
  walk4Line: "--walk-4-line",
  ink: "--color-base-content",
  ink2: "--ink-2",
  sheet: "--color-base-100",
  lineStrong: "--line-strong",
  primary: "--color-primary",
  lamp: "--color-accent",
  lampInk: "--lamp-ink",
  lampOn: "--color-accent-content",
  red: "--color-error",
  yellow: "--color-warning",
  blue: "--color-info",
  green4: "--color-success",
  focus: "--focus",
} as const;

export type Palette = Record<keyof typeof NAMES, string> & { isDark: boolean };

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const found = { isDark: document.documentElement.dataset.theme === "dark" } as Record<string, string | boolean>;
  for (const [key, name] of Object.entries(NAMES)) found[key] = style.getPropertyValue(name).trim() || "#888888";
  return found as Palette;
}
