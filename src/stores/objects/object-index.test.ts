import Sqlite from "better-sqlite3";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createObjectIndex, objectSchema } from "./object-index.ts";

const text = fc.string({ unit: fc.constantFrom("a", "b", "/", "//", "ä", "\uFFFD", "😀"), maxLength: 5 });

/** The same listing by folding all names, as the S3 documentation describes it. */
function listedPlainly(keys: readonly string[], prefix: string, delimiter: string): string[] {
  const names = new Set<string>();
  for (const key of keys) {
    if (!key.startsWith(prefix)) continue;
    const cut = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    names.add(cut < 0 ? `key ${key}` : `prefix ${key.slice(0, cut + delimiter.length)}`);
  }
  return [...names].sort();
}

test("listings of any keys, prefix, delimiter and page size show each name once, in order", () => {
  const database = new Sqlite(":memory:");
  database.exec(objectSchema);
  const index = createObjectIndex(database);
  fc.assert(
    fc.property(
      fc.uniqueArray(text, { maxLength: 20 }),
      text,
      fc.constantFrom("", "/", "//", "a", "ä"),
      fc.integer({ min: 1, max: 6 }),
      (keys, prefix, delimiter, limit) => {
        index.clear();
        for (const key of keys) {
          const object = { bucket: "b", key, version: "null", sizeBytes: 0, etag: "", modified: 0, attributes: {} };
          index.put({ object, segments: [] });
        }
        const names: string[] = [];
        for (let after: string | undefined; ; ) {
          const page = index.list("b", { prefix, delimiter, limit, ...(after !== undefined && { after }) });
          const shown = [...page.objects.map(({ key }) => key), ...page.prefixes];
          expect(shown.length).toBeLessThanOrEqual(limit);
          for (const name of shown)
            if (after !== undefined) expect(Buffer.compare(Buffer.from(name), Buffer.from(after))).toBe(1);
          names.push(...page.objects.map(({ key }) => `key ${key}`), ...page.prefixes.map((name) => `prefix ${name}`));
          if (page.next === undefined) break;
          after = page.next;
        }
        expect(names.sort()).toEqual(listedPlainly(keys, prefix, delimiter));
      },
    ),
    { numRuns: 500, seed: 1 },
  );
  database.close();
});
