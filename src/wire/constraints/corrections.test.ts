import { createContext, Script } from "node:vm";
import fc from "fast-check";
import { expect, test } from "vitest";
import { wireServices } from "../wire-services.ts";
import { patternCorrections } from "./corrections.ts";
import { readFactFile } from "./facts.ts";
import { wholeMatch } from "./rules.ts";

/** Every pattern of every model, with the length of text that it is tried on. Longer texts are refused unmatched. */
const patterns = new Map<string, number>();
/**
 * The longest text tried where a model allows more. Time that grows with the square of the length is visible at this
 * length.
 */
const longEnough = 100_000;
for (const { id } of wireServices) {
  const file = readFactFile(id);
  for (const name of file.shapes()) {
    const { pattern, maximum } = file.shape(name)!;
    if (pattern === undefined) continue;
    patterns.set(pattern, Math.max(patterns.get(pattern) ?? 0, Math.min(maximum ?? longEnough, longEnough) + 256));
  }
}
const corrected = (pattern: string) => patternCorrections.get(pattern) ?? pattern;

test("every pattern compiles", () => {
  const refused = [...patterns.keys()].filter((pattern) => {
    try {
      return !wholeMatch(pattern);
    } catch {
      return true;
    }
  });
  expect(refused).toEqual([]);
});

test("no pattern contains syntax that Java reads otherwise", () => {
  // What Java reads otherwise: Unicode spaces and word boundaries, Java's own anchors, classes, quotes and quantifiers.
  // `[\s\S]` matches everything in both.
  const otherwise = /\\[sSbBhHvVRAGzZQEX]|\\p\{(Alnum|Alpha|Digit|Graph|Print|Punct|In)|&&|\[\[:|\(\?[a-z]|[*+?}]\+/;
  const suspects = [...patterns.keys()].filter((pattern) =>
    otherwise.test(corrected(pattern).replaceAll(/\[\\s\\S\]|\[\\S\\s\]/g, "")),
  );
  expect(suspects).toEqual([]);
});

test("every correction applies to a pattern that a model has", () => {
  expect([...patternCorrections.keys()].filter((pattern) => !patterns.has(pattern))).toEqual([]);
});

test("no text takes long to match", () => {
  const context = createContext({});
  const match = new Script("for (const text of texts) expression.test(text)");
  const slow = [...patterns].filter(([pattern, longest]) => {
    context.expression = wholeMatch(pattern);
    context.texts = hostileTexts(corrected(pattern), longest);
    try {
      match.runInContext(context, { timeout: 5000 });
      return false;
    } catch {
      return true;
    }
  });
  expect(slow).toEqual([]);
}, 120_000);

/**
 * Makes texts that match up to a place, repeat what stands there up to the length, and end so that they do not match.
 */
function hostileTexts(pattern: string, length: number): string[] {
  const starts = ["a", "-", "1", "/", ".", "a-", " ", "a.", "_", "A0", ...matching(pattern)];
  const texts = new Set<string>();
  for (const start of starts) {
    const characters = [...start];
    const step = Math.max(1, Math.floor(characters.length / 4));
    for (let at = 0; at < characters.length; at += step) {
      for (const count of [1, 2]) {
        const part = characters.slice(at, at + count).join("");
        const times = Math.max(1, Math.floor((length - at - 1) / part.length));
        texts.add(`${characters.slice(0, at).join("")}${part.repeat(times)}\0`);
      }
    }
  }
  return [...texts];
}

/**
 * Returns some texts that match, the same each time. Look-around and Unicode classes are dropped, because fast-check
 * knows neither.
 */
function matching(pattern: string): string[] {
  const plain = pattern.replaceAll(/\(\?<?[!=][^()]*\)/g, "").replaceAll(/\\p\{[^}]*\}/g, "a");
  try {
    return fc.sample(fc.stringMatching(new RegExp(`^(?:${plain})$`, "us"), { size: "small" }), { seed: 1, numRuns: 3 });
  } catch {
    return [];
  }
}

test.each<[pattern: string, matching: string[], others: string[]]>([
  [
    String.raw`arn:[\p{Alnum}\-]+:lambda:[\p{Alnum}\-]+:[0-9]{12}:function:.*`,
    ["arn:aws:lambda:us-east-1:123456789012:function:f"],
    ["arn:aws:lambda::123456789012:function:f"],
  ],
  [String.raw`\A\S[\p{Print}]*\z`, ["a b", "\u00A0a"], [" a", "a\n", ""]],
  [String.raw`[a-zA-Z0-9\ \_\.]+`, ["a _."], ["a-"]],
  [String.raw`[a-zA-Z0-9\_\-]+`, ["a_-"], ["a b"]],
  [String.raw`[\w-_]*`, ["a-_", ""], ["a."]],
  [String.raw`[0-9A-Za-z][\-\.\_0-9A-Za-z]{0,126}[0-9A-Za-z]`, ["a-._b"], ["a", "-a"]],
  [String.raw`([\p{L}\p{Z}\p{N}_.:\/=+\-@]*)${"$"}{1,128}`, ["", "é 1@", "/a=b+c-d"], ["a;b"]],
  [String.raw`(?!\s*$).+`, ["a", " a", "\u00A0"], ["", " \t\n"]],
  [String.raw`\S(.*\S)?`, ["a", "a b", "\u00A0"], [" a", "a ", ""]],
  ["[a-z0-9]([-a-z0-9]*[a-z0-9]){0,39}?", ["a", "a--b", "a".repeat(63)], ["a-", "-a", ""]],
  [
    String.raw`https://([.\-_a-zA-Z0-9]+/?){3,1016}`,
    ["https://a.b", "https://a/b/c/", "https://a.b/c-d", "https://abc"],
    ["https://ab", "https://a/b", "https:///abc", "https://abc//d", "https://"],
  ],
])("%s as it is meant", (pattern, matches, others) => {
  const expression = wholeMatch(pattern);
  expect(matches.filter((text) => !expression.test(text))).toEqual([]);
  expect(others.filter((text) => expression.test(text))).toEqual([]);
});
