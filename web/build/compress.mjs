// Brotli beside each text file of the build; the server hands it to browsers that take it.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { brotliCompress, constants } from "node:zlib";
import { promisify } from "node:util";

const out = new URL("../../src/linli/platform/static/linli/a/", import.meta.url);
const squeeze = promisify(brotliCompress);
let before = 0;
let after = 0;
for (const name of (await readdir(out)).filter((name) => /\.(js|mjs|css|ttf)$/.test(name))) {
  const raw = await readFile(new URL(name, out));
  const small = await squeeze(raw, { params: { [constants.BROTLI_PARAM_QUALITY]: name.endsWith(".ttf") ? 5 : 9 } });
  await writeFile(new URL(`${name}.br`, out), small);
  before += raw.length;
  after += small.length;
}
console.log(`brotli: ${Math.round(before / 1000)} kB to ${Math.round(after / 1000)} kB`);
