/**
 * Reads a regex as Python does, which those of AWS are written for: flags at its beginning, groups with names, and its
 * words for both ends. Case is left out by classes of both letters, because the engine that bounds the time of a regex
 * knows no such flag.
 *
 * @param more what is put behind it
 * @throws SyntaxError in the words of the language
 */
export function pythonRegex(text: string, more = ""): RegExp {
  const [beginning = "", flags = ""] = /^\(\?([ims]+)\)/.exec(text) ?? [];
  const source = text
    .slice(beginning.length)
    .replace(/(?<!\\)((?:\\\\)*)\(\?P</g, "$1(?<")
    .replace(/(?<!\\)((?:\\\\)*)\\([AZ])/g, (_, before, end) => `${before}${end === "A" ? "^" : "$"}`);
  const others = [...new Set(flags.replace("i", ""))].join("").replaceAll("i", "");
  return new RegExp((flags.includes("i") ? inBothCases(source) : source) + more, others);
}

/** Whether letters of either case match. */
export const ignoresCase = (text: string): boolean => /^\(\?[ms]*i/.test(text);

/** An escape, the name of a group, a class, or one letter. */
const parts = /\\(?:u\{[^}]*\}|u....|x..|c.|.)|\(\?<\w+>|\[(?:\\.|[^\]\\])*\]|[a-z]/gis;

const inBothCases = (source: string): string =>
  source.replace(parts, (part) => {
    if (part.startsWith("[")) return inBothCasesOf(part);
    return part.length > 1 ? part : `[${part.toLowerCase()}${part.toUpperCase()}]`;
  });

/** A class with the letters and the ranges of letters that it has, in both cases. */
const inBothCasesOf = (letters: string): string =>
  letters.replace(/\\(?:u....|x..|c.|.)|([a-z])-([a-z])|([a-z])/gis, (part, from, to, one) => {
    if (one) return one.toLowerCase() + one.toUpperCase();
    const isOfOneCase = from && /^([a-z]{2}|[A-Z]{2})$/.test(from + to);
    return isOfOneCase ? part.toLowerCase() + part.toUpperCase() : part;
  });
