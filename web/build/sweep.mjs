// Built files that the manifest no longer names stay for a day, for servers and pages that still use them, and then go.
import { readFile, readdir, rm, stat } from "node:fs/promises";

const DAY_MS = 24 * 3600 * 1000;
const out = new URL("../../src/linli/platform/static/linli/", import.meta.url);
const manifest = Object.values(JSON.parse(await readFile(new URL("manifest.json", out), "utf8")));
const wanted = new Set(manifest.flatMap((entry) => [entry.file, ...(entry.css ?? []), ...(entry.assets ?? [])]));
// Workers are loaded by scripts and stand in no manifest.
const scripts = [...wanted].filter((file) => file.endsWith(".js"));
const spoken = (await Promise.all(scripts.map((file) => readFile(new URL(file, out), "utf8")))).join("\n");
for (const name of await readdir(new URL("a/", out))) {
  const plain = name.replace(/\.br$/, "");
  if (wanted.has(`a/${plain}`) || spoken.includes(plain)) continue;
  const file = new URL(`a/${name}`, out);
  if (Date.now() - (await stat(file)).mtimeMs > DAY_MS) await rm(file);
}
