// Noto Sans SC for the screen and for paper.
//
// The screen gets the variable font of @fontsource in its 101 frequency slices (one file serves every weight). Those slices
// lack 33 characters of GB 2312 and most rare name characters; the rest of the complete TTF is cut into slices of our own,
// regular weight, sfnt (woff2 would cost half a minute of build time for files hardly anybody fetches).
// Paper (typst, matplotlib) gets the regular and bold TTF whole.
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import subsetFont from "subset-font";

const here = new URL("..", import.meta.url);
const slices = new URL("node_modules/@fontsource-variable/noto-sans-sc/", here);
const whole = new URL("node_modules/@expo-google-fonts/noto-sans-sc/", here);
const out = new URL("fonts/", here);
const RARE_PER_SLICE = 256;
const FIRST_HAN = 0x3400; // CJK extension A; below it the slices are complete for our languages

/** Code points of a TrueType `cmap` (formats 4 and 12), ascending. */
function codePoints(ttf) {
  const view = new DataView(ttf.buffer, ttf.byteOffset, ttf.byteLength);
  const tables = view.getUint16(4);
  let cmap = 0;
  for (let i = 0; i < tables; i++) {
    if (view.getUint32(12 + i * 16) === 0x636d6170) cmap = view.getUint32(12 + i * 16 + 8);
  }
  const found = new Set();
  for (let i = 0; i < view.getUint16(cmap + 2); i++) {
    const at = cmap + view.getUint32(cmap + 4 + i * 8 + 4);
    if (view.getUint16(at) !== 12) continue;
    for (let g = 0; g < view.getUint32(at + 12); g++) {
      const first = view.getUint32(at + 16 + g * 12);
      const last = view.getUint32(at + 20 + g * 12);
      for (let c = first; c <= last; c++) found.add(c);
    }
  }
  return [...found].sort((a, b) => a - b);
}

/** Code points named by the `unicode-range` lines of a style sheet. */
function declared(css) {
  const found = new Set();
  for (const [, list] of css.matchAll(/unicode-range:\s*([^;]+);/g)) {
    for (const part of list.split(",")) {
      const [first, last = first] = part.trim().slice(2).split("-").map((hex) => parseInt(hex, 16));
      for (let c = first; c <= last; c++) found.add(c);
    }
  }
  return found;
}

/** Sorted code points as a `unicode-range` value. */
function ranges(points) {
  const parts = [];
  for (let i = 0; i < points.length; i++) {
    const first = points[i];
    while (points[i + 1] === points[i] + 1) i++;
    parts.push(points[i] === first ? `U+${first.toString(16)}` : `U+${first.toString(16)}-${points[i].toString(16)}`);
  }
  return parts.join(",");
}

const stamp = JSON.stringify([
  (await readFile(new URL("package.json", slices), "utf8")).match(/"version": "([^"]+)"/)[1],
  (await readFile(new URL("package.json", whole), "utf8")).match(/"version": "([^"]+)"/)[1],
  await readFile(new URL(import.meta.url), "utf8"),
]);
const known = await readFile(new URL("stamp.json", out), "utf8").catch(() => "");
if (known !== stamp) await build();

async function build() {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  await mkdir(new URL("public/fonts/", here), { recursive: true });
  const css = await readFile(new URL("wght.css", slices), "utf8");
  const sheet = css
    .replaceAll("'Noto Sans SC Variable'", '"Noto Sans SC"')
    .replaceAll("url(./files/", "url(../node_modules/@fontsource-variable/noto-sans-sc/files/")
    .replaceAll("woff2-variations", "woff2");
  const regular = await readFile(new URL("400Regular/NotoSansSC_400Regular.ttf", whole));
  const has = declared(css);
  const rare = codePoints(regular).filter((c) => c >= FIRST_HAN && !has.has(c));
  const faces = [];
  for (let i = 0; i * RARE_PER_SLICE < rare.length; i++) {
    const points = rare.slice(i * RARE_PER_SLICE, (i + 1) * RARE_PER_SLICE);
    const name = `noto-sans-sc-rare-${i}.ttf`;
    const font = await subsetFont(regular, String.fromCodePoint(...points), { targetFormat: "truetype" });
    await writeFile(new URL(name, out), font);
    faces.push(
      `@font-face{font-family:"Noto Sans SC";font-style:normal;font-display:swap;font-weight:100 900;` +
        `src:url(./${name}) format("truetype");unicode-range:${ranges(points)}}`,
    );
  }
  await writeFile(new URL("fonts.css", out), `${sheet}\n${faces.join("\n")}\n`);
  await copyFile(new URL("400Regular/NotoSansSC_400Regular.ttf", whole), new URL("public/fonts/NotoSansSC-Regular.ttf", here));
  await copyFile(new URL("700Bold/NotoSansSC_700Bold.ttf", whole), new URL("public/fonts/NotoSansSC-Bold.ttf", here));
  await writeFile(new URL("stamp.json", out), stamp);
}

console.log(`fonts: ${(await readdir(out)).length - 2} rare slices ${known === stamp ? "kept" : "cut"}`);
