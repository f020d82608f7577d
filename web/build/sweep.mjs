// Files of the build before last go; those of the last build stay for servers that still run on it.
//   sweep.mjs keep   before a build: remember what the present manifest names
//   sweep.mjs        after it: remove what neither that nor the new one names
import { readFile, readdir, rm, writeFile } from "node:fs/promises";

const out = new URL("../../src/linli/platform/static/linli/", import.meta.url);
const memory = new URL("../fonts/last-build.json", import.meta.url);

async function named() {
  const manifest = JSON.parse(await readFile(new URL("manifest.json", out), "utf8").catch(() => "{}"));
  return Object.values(manifest).flatMap((entry) => [entry.file, ...(entry.css ?? []), ...(entry.assets ?? [])]);
}

if (process.argv[2] === "keep") {
  await writeFile(memory, JSON.stringify(await named()));
} else {
  const wanted = new Set([...(await named()), ...JSON.parse(await readFile(memory, "utf8").catch(() => "[]"))]);
  const present = await readdir(new URL("a/", out)).catch(() => []);
  // What scripts load by themselves (workers) stands in no manifest: it stays while a script of its build names it.
  const scripts = await Promise.all(
    [...wanted].filter((file) => file.endsWith(".js")).map((file) => readFile(new URL(file, out), "utf8").catch(() => "")),
  );
  const spoken = scripts.join("\n");
  for (const name of present) {
    const plain = name.replace(/\.br$/, "");
    if (!wanted.has(`a/${plain}`) && !spoken.includes(plain)) await rm(new URL(`a/${name}`, out));
  }
}
