import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** A requirements file with all files that it names. */
export interface Requirements {
  /** The text of all of them: the same text asks for the same packages. */
  readonly text: string;
  /** Whether it names a file or folder whose contents are not in the text, and may differ elsewhere. */
  readonly isLocal: boolean;
}

/** Options that stand on a line of their own, and lead to a package index or say what is taken from it. */
const indexOption =
  /^(--(index-url|extra-index-url|no-index|pre|prefer-binary|no-binary|only-binary|require-hashes|trusted-host|hash|use-feature)\b|-i\s)/;
/** A package by its name, or by an address: `name[extra] >=1; marker`, `name @ https://...`, `git+https://...`. */
const ofIndex = /^[A-Za-z0-9][\w.-]*\s*(\[[^\]]*\]\s*)?($|[<>=!~(;]|--|@\s*[a-z+]+:\/\/)|^[a-z+]+:\/\//;
const localFile = /file:|\.(whl|zip|tar\.gz)\s*$/;
/** Another file of requirements. */
const namesFile = /^(?:-r|-c|--requirement|--constraint)[\s=]*(\S+)/;

/** Whatever is not known to come from an index counts as local: that costs time, and the contrary an old version. */
const isLocalLine = (line: string): boolean =>
  line !== "" && !namesFile.test(line) && (localFile.test(line) || !(indexOption.test(line) || ofIndex.test(line)));

export function readRequirements(file: string, seen: readonly string[] = []): Requirements {
  const own = readFileSync(file, "utf8");
  const lines = own.split("\n").map((line) =>
    line
      .replace(/(^|\s)#.*$/, "")
      .replace(/\\\s*$/, "")
      .trim(),
  );
  const parts: string[] = [own];
  let isLocal = lines.some(isLocalLine);
  for (const line of lines) {
    const named = namesFile.exec(line)?.[1];
    if (named === undefined) continue;
    const path = resolve(dirname(file), named);
    if (seen.includes(path)) continue;
    if (!existsSync(path)) {
      isLocal = true;
      continue;
    }
    const inner = readRequirements(path, [...seen, file, path]);
    parts.push(`\0${named}\0`, inner.text);
    isLocal ||= inner.isLocal;
  }
  return { text: parts.join(""), isLocal };
}

const elsewhere = /(^|\s)(-r|-c|--requirements?|--constraints?)[\s="']*[a-z][\w+.-]*:\/\//im;

/**
 * Whether requirements name one of these variables, whose value an installer would put into an address, or lie partly
 * where they cannot be looked at.
 */
export function readsElsewhere(text: string, variables: readonly string[]): boolean {
  const whole = text.replace(/\\\r?\n/g, " ");
  return elsewhere.test(whole) || variables.some((name) => whole.includes(`\${${name}}`));
}

/** Whether there is anything to install. */
export const asksForSomething = ({ text }: Requirements): boolean =>
  text.split("\n").some((line) => !/^\s*(#|$)/.test(line));
