import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A requirements file with all files that it names. */
export interface Requirements {
  /** The text of all of them: the same text asks for the same packages. */
  readonly text: string;
  /** Whether it names a local folder or wheel, whose contents may differ elsewhere. */
  readonly isLocal: boolean;
}

export function readRequirements(file: string, seen: readonly string[] = []): Requirements {
  const own = readFileSync(file, "utf8");
  const lines = own.split("\n").map((line) => line.replace(/(^|\s)#.*$/, "").trim());
  const parts: string[] = [own];
  let isLocal = lines.some((line) =>
    /^(\.|\/|-e\b|--editable\b|--find-links\b|-f\b)|file:|\.(whl|zip|tar\.gz)\s*$/.test(line),
  );
  for (const line of lines) {
    const named = /^(?:-r|-c|--requirement|--constraint)[\s=]*(\S+)/.exec(line)?.[1];
    if (named === undefined) continue;
    const path = join(dirname(file), named);
    if (seen.includes(path) || !existsSync(path)) continue;
    const inner = readRequirements(path, [...seen, file, path]);
    parts.push(`\0${named}\0`, inner.text);
    isLocal ||= inner.isLocal;
  }
  return { text: parts.join(""), isLocal };
}

/** Whether there is anything to install. */
export const asksForSomething = ({ text }: Requirements): boolean =>
  text.split("\n").some((line) => !/^\s*(#|$)/.test(line));
