// Lit windows: one open matter is one lit window on the side of the house that the viewer sees.
import type { Feature, FeatureCollection, Polygon, Position } from "geojson";

const FLOOR_M = 6.2; // two storeys to a window, so that it is seen from afar
const DEPTH_M = 0.5;
const METRES_PER_DEGREE = 111_320;

interface Wall {
  from: Position;
  to: Position;
  length_m: number;
}

/** The longest wall that faces the viewer (south or east), metres measured on a plane at the wall. */
function shownWall(ring: Position[], squeeze: number): Wall | undefined {
  let best: Wall | undefined;
  for (let i = 1; i < ring.length; i++) {
    const [from, to] = [ring[i - 1], ring[i]];
    if (!from || !to) continue;
    const east = (Number(to[0]) - Number(from[0])) * METRES_PER_DEGREE * squeeze;
    const north = (Number(to[1]) - Number(from[1])) * METRES_PER_DEGREE;
    const length_m = Math.hypot(east, north);
    if (east > -Math.abs(north) * 0.6 && (!best || length_m > best.length_m)) best = { from, to, length_m };
  }
  return best;
}

/** A small fixed sequence per house, so that the same windows are lit at every visit. */
function* places(seed: string, columns: number, floors: number): Generator<[number, number]> {
  let state = [...seed].reduce((sum, mark) => (sum * 31 + (mark.codePointAt(0) ?? 0)) >>> 0, 7);
  const seen = new Set<number>();
  while (seen.size < columns * floors) {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    const cell = state % (columns * floors);
    if (seen.has(cell)) continue;
    seen.add(cell);
    yield [cell % columns, Math.floor(cell / columns)];
  }
}

function pane(wall: Wall, column: number, columns: number, floor: number, squeeze: number): Feature<Polygon> {
  const [x1, y1, x2, y2] = [wall.from[0], wall.from[1], wall.to[0], wall.to[1]].map(Number) as [number, number, number, number];
  const at = (share: number): Position => [x1 + (x2 - x1) * share, y1 + (y2 - y1) * share];
  const [a, b] = [at((column + 0.22) / columns), at((column + 0.78) / columns)];
  const out: Position = [
    ((y2 - y1) / wall.length_m) * DEPTH_M / squeeze,
    (-(x2 - x1) / wall.length_m) * DEPTH_M * squeeze,
  ];
  const move = (p: Position): Position => [Number(p[0]) + Number(out[0]), Number(p[1]) + Number(out[1])];
  return {
    type: "Feature",
    properties: { base_m: floor * FLOOR_M + 1, top_m: floor * FLOOR_M + 5.4 },
    geometry: { type: "Polygon", coordinates: [[a, b, move(b), move(a), a]] },
  };
}

/** Panes for buildings with `n_open` > 0. Rings are counter-clockwise (RFC 7946), so the outside lies to the right of each edge. */
export function litWindows(buildings: FeatureCollection): FeatureCollection<Polygon> {
  const features: Feature<Polygon>[] = [];
  for (const building of buildings.features) {
    const nOpen = Number(building.properties?.n_open ?? 0);
    const ring = building.geometry.type === "Polygon" ? building.geometry.coordinates[0] : undefined;
    if (!nOpen || !ring?.[0]) continue;
    const squeeze = Math.cos((Number(ring[0][1]) * Math.PI) / 180);
    const wall = shownWall(ring, squeeze);
    if (!wall) continue;
    const height_m = Number(building.properties?.height_m ?? FLOOR_M);
    const floors = Math.max(1, Math.floor(height_m / FLOOR_M));
    const columns = Math.max(1, Math.min(8, Math.round(wall.length_m / 11)));
    let left = nOpen;
    for (const [column, floor] of places(String(building.id ?? building.properties?.id), columns, floors)) {
      if (left-- <= 0) break;
      features.push(pane(wall, column, columns, floor, squeeze));
    }
  }
  return { type: "FeatureCollection", features };
}
