import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./server.ts";

export const guideFolder: string = join(root, "docs", "guide");

/** A fenced block of a page. A first line that is a comment with a file's name says where it is saved. */
export interface Block {
  readonly language: string;
  readonly text: string;
  readonly file: string | undefined;
}

/** The blocks of a page of docs/guide, in order. */
export function blocksOf(page: string): Block[] {
  const text = readFileSync(join(guideFolder, `${page}.md`), "utf8");
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language, text]) => ({
    language: language!,
    text: text!,
    file: /^(?:#|\/\/) ([\w./-]+\.\w+)\n/.exec(text!)?.[1],
  }));
}
