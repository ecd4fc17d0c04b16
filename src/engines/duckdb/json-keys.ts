import { bytesOf } from "./file-bytes.ts";

/** Longer keys are not looked for. */
const longestKey = 4096;

const quote = 0x22;
const backslash = 0x5c;

/**
 * Calls `each` with the keys of objects, a byte a character: a colon after a quote ends a key, because no value ends so. All keys,
 * or those alone that have a dot or anything that may not be in lower case.
 */
async function eachKey(paths: readonly string[], which: "all" | "unusual", each: (key: string) => void): Promise<void> {
  for (const path of paths) {
    let rest = "";
    for await (const piece of bytesOf(path)) {
      const text = rest + piece.toString("latin1");
      for (let at = text.indexOf(":"); at >= 0; at = text.indexOf(":", at + 1)) {
        let close = at - 1;
        while (text.charCodeAt(close) <= 32) close--;
        if (text.charCodeAt(close) !== quote || text.charCodeAt(close - 1) === backslash) continue;
        let isWanted = which === "all";
        let open = close - 1;
        for (const first = Math.max(0, close - longestKey); open >= first; open--) {
          const code = text.charCodeAt(open);
          if (code === quote) break;
          // A to Z, a dot, and what is no ASCII.
          isWanted ||= (code >= 65 && code <= 90) || code === 46 || code > 127;
        }
        if (isWanted) each(text.slice(open + 1, close));
      }
      rest = text.slice(-longestKey);
    }
  }
}

const decoded = (latin1: string): string => Buffer.from(latin1, "latin1").toString("utf8");

/** So many keys are remembered that stand for no name. */
const mostForeign = 1000;

/**
 * Finds how the objects of files write names that a table has in lower case. Of names that are always in lower case nothing
 * is said.
 * @param nameOf the name that a key stands for
 */
export async function keySpellings(
  paths: readonly string[],
  names: ReadonlySet<string>,
  nameOf: (key: string) => string,
): Promise<Map<string, Set<string>>> {
  const spellings = new Map<string, Set<string>>();
  const seen = new Set<string>();
  await eachKey(paths, "unusual", (written) => {
    if (seen.has(written)) return;
    const key = decoded(written);
    if (seen.size === mostForeign) seen.clear();
    // A copy, since a part of a text keeps the whole of it.
    seen.add(Buffer.from(written, "latin1").toString("latin1"));
    const name = nameOf(key);
    if (names.has(name)) spellings.set(name, (spellings.get(name) ?? new Set()).add(key));
  });
  if (spellings.size === 0) return spellings;
  // Some objects may write them otherwise.
  const usual = new Set([...spellings.keys()].map((name) => Buffer.from(name).toString("latin1")));
  await eachKey(paths, "all", (written) => {
    if (usual.has(written)) spellings.get(decoded(written))!.add(decoded(written));
  });
  return spellings;
}
