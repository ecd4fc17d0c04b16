import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { guidePage, guidePath } from "../base/guide-path.ts";

/** A file of docs/ that the server shows. */
export interface GuidePage {
  /** Below docs: "guide/notebooks.md". */
  readonly file: string;
  /** Its address, without the server's: "/_sagebrush/guide/notebooks". */
  readonly path: string;
  readonly title: string;
  readonly markdown: string;
}

/** The pages, the first of them the guide's own with the list of the others. */
export interface GuidePages {
  /** In the order in which the first page names them. */
  readonly all: readonly GuidePage[];
  at(path: string): GuidePage | undefined;
  /** The page that a link of a page leads to; undefined for a link to anything else. */
  linked(from: GuidePage, link: string): GuidePage | undefined;
}

const docs = join(import.meta.dirname, "..", "..", "docs");
const shown = ["guide/*.md", "reference/*.md", "coverage.md"];
const first = "guide/README.md";

/**
 * Reads the pages once: a request only ever chooses among what is found here, so its path is never one of the disk.
 * @throws Error when two files would have one address
 */
export function readGuidePages(folder: string = docs): GuidePages {
  const byPath = new Map<string, GuidePage>();
  const byFile = new Map<string, GuidePage>();
  for (const file of globSync(shown, { cwd: folder }).sort()) {
    const markdown = readFileSync(join(folder, file), "utf8");
    const path = file === first ? guidePath : guidePage(basename(file, ".md"));
    const title = /^# (.+)$/m.exec(markdown)?.[1] ?? basename(file, ".md");
    const page = { file, path, title, markdown };
    const other = byPath.get(path);
    if (other) throw new Error(`${file} and ${other.file} would both be shown at ${path}.`);
    byPath.set(path, page);
    byFile.set(file, page);
  }
  const linked: GuidePages["linked"] = (from, link) =>
    byFile.get(join(dirname(from.file), link.split("#")[0] || basename(from.file)));
  const named = [...(byFile.get(first)?.markdown ?? "").matchAll(/\]\(([^)]+)\)/g)].flatMap(
    ([, link]) => linked(byFile.get(first)!, link!) ?? [],
  );
  const all = new Set([...(byFile.has(first) ? [byFile.get(first)!] : []), ...named, ...byPath.values()]);
  return { all: [...all], at: (path) => byPath.get(path), linked };
}
