// Says whether studio/dist is what the sources make. Plain JavaScript: setup runs it with whatever Node is there.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What the build reads, below the project's folder. Of src it imports a few files, of which all that may be is read. */
const sources = [
  "package-lock.json",
  "studio/index.html",
  "studio/package.json",
  "studio/public",
  "studio/src",
  "studio/vite.config.ts",
  "src/base",
  "src/wire",
  "tools/studio.ts",
];

function* filesOf(path) {
  const entries = readdirSync(path, { withFileTypes: true }).sort((one, other) => (one.name < other.name ? -1 : 1));
  for (const entry of entries) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) yield* filesOf(inner);
    else if (!entry.name.includes(".test.")) yield inner;
  }
}

/** @param {string} root */
function sourceHash(root) {
  const hash = createHash("sha256");
  for (const source of sources) {
    const path = join(root, source);
    for (const file of /\.\w+$/.test(source) ? [path] : filesOf(path))
      hash.update(file.slice(root.length)).update(readFileSync(file));
  }
  return hash.digest("hex");
}

const stampOf = (root) => join(root, "studio", "dist", ".built");

/** @param {string} root */
export function isStudioBuilt(root) {
  const stamp = stampOf(root);
  return existsSync(stamp) && readFileSync(stamp, "utf8") === sourceHash(root);
}

/** @param {string} root */
export function markStudioBuilt(root) {
  writeFileSync(stampOf(root), sourceHash(root));
}
