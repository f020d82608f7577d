// Small pictures drawn on a canvas for the map's own layers: hatch, dots, gate, the plate behind a name, warning pins.
import type { Map as MapLibre } from "maplibre-gl";
import type { Palette } from "./palette";

const RATIO = 2;

type Draw = (pen: CanvasRenderingContext2D) => void;

function picture(width: number, height: number, draw: Draw): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = width * RATIO;
  canvas.height = height * RATIO;
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("map: no canvas");
  pen.scale(RATIO, RATIO);
  draw(pen);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

function hatch(colours: Palette): ImageData {
  return picture(8, 8, (pen) => {
    pen.fillStyle = colours.walk4;
    pen.fillRect(0, 0, 8, 8);
    pen.strokeStyle = colours.walk4Line;
    pen.lineWidth = 2;
    for (const shift of [-8, 0, 8]) {
      pen.beginPath();
      pen.moveTo(shift - 1, 9);
      pen.lineTo(shift + 9, -1);
      pen.stroke();
    }
  });
}

function dot(fill: string, line: string, dash: number[]): ImageData {
  return picture(18, 18, (pen) => {
    pen.beginPath();
    pen.arc(9, 9, 6.5, 0, 2 * Math.PI);
    pen.fillStyle = fill;
    pen.fill();
    pen.lineWidth = 1.8;
    pen.strokeStyle = line;
    pen.setLineDash(dash);
    pen.stroke();
  });
}

function gate(colours: Palette, isLocked: boolean): ImageData {
  return picture(22, 22, (pen) => {
    pen.fillStyle = isLocked ? colours.sheet : colours.lamp;
    pen.strokeStyle = isLocked ? colours.ink : colours.lampInk;
    pen.lineWidth = 1.3;
    pen.beginPath();
    pen.roundRect(1, 1, 20, 20, 4);
    pen.fill();
    pen.stroke();
    pen.strokeStyle = isLocked ? colours.ink : colours.lampOn;
    pen.lineWidth = 1.6;
    pen.beginPath();
    for (const [x1, y1, x2, y2] of isLocked
      ? [[6, 6, 16, 16], [16, 6, 6, 16]] as const
      : [[5, 17, 5, 7], [17, 17, 17, 7], [5, 10, 17, 10], [9, 10, 9, 17], [13, 10, 13, 17]] as const) {
      pen.moveTo(x1, y1);
      pen.lineTo(x2, y2);
    }
    pen.stroke();
  });
}

function plate(colours: Palette): ImageData {
  return picture(24, 24, (pen) => {
    pen.fillStyle = colours.sheet;
    pen.strokeStyle = colours.lineStrong;
    pen.lineWidth = 1;
    pen.beginPath();
    pen.roundRect(0.75, 0.75, 22.5, 22.5, 4);
    pen.fill();
    pen.stroke();
  });
}

const SHAPES: Record<string, string> = {
  red: "M8 1.5 15 14H1z",
  yellow: "M8 .8 15.2 8 8 15.2 .8 8z",
  blue: "M8 .8 14.4 4.4v7.2L8 15.2 1.6 11.6V4.4z",
};

function pin(colours: Palette, kind: "red" | "yellow" | "blue"): ImageData {
  return picture(34, 52, (pen) => {
    pen.strokeStyle = colours.ink;
    pen.lineWidth = 1.5;
    pen.beginPath();
    pen.moveTo(17, 32);
    pen.lineTo(17, 51);
    pen.stroke();
    pen.fillStyle = colours.sheet;
    pen.lineWidth = 1;
    pen.beginPath();
    pen.roundRect(1, 1, 32, 32, 6);
    pen.fill();
    pen.stroke();
    pen.translate(6, 6);
    pen.scale(22 / 16, 22 / 16);
    pen.fillStyle = colours[kind];
    pen.fill(new Path2D(SHAPES[kind]));
  });
}

export function addImages(map: MapLibre, colours: Palette): void {
  const simple: Record<string, ImageData> = {
    hatch: hatch(colours),
    facility: dot(colours.primary, colours.sheet, []),
    candidate: dot(colours.sheet, colours.ink, [3, 2]),
    vacant: dot(colours.sheet, colours.ink, [3, 2]),
    gate: gate(colours, false),
    "gate-locked": gate(colours, true),
    "pin-red": pin(colours, "red"),
    "pin-yellow": pin(colours, "yellow"),
    "pin-blue": pin(colours, "blue"),
  };
  for (const [name, image] of Object.entries(simple)) {
    if (map.hasImage(name)) map.removeImage(name);
    map.addImage(name, image, { pixelRatio: RATIO });
  }
  if (map.hasImage("plate")) map.removeImage("plate");
  map.addImage("plate", plate(colours), {
    pixelRatio: RATIO,
    content: [12, 6, 36, 42],
    stretchX: [[12, 36]],
    stretchY: [[12, 36]],
  });
}
