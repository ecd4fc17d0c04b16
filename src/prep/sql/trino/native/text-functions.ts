import type { EngineFunction } from "../../../../base/engine-function.ts";
import { knownZone } from "../zone-name.ts";
import { englishStem } from "./english-stem.ts";
import { fail } from "./fail.ts";

function levenshtein(a: string, b: string): bigint {
  const [from, to] = [[...a], [...b]];
  if (from.length * to.length > 1_000_000) fail("The combined inputs for Levenshtein distance are too large");
  let row = to.map((_, index) => index + 1);
  row.unshift(0);
  for (const [index, character] of from.entries()) {
    const next = [index + 1];
    for (const [place, other] of to.entries())
      next.push(Math.min(next[place]! + 1, row[place + 1]! + 1, row[place]! + (character === other ? 0 : 1)));
    row = next;
  }
  return BigInt(row.at(-1)!);
}

const soundCodes = "01230120022455012623010202";

function soundex(text: string): string {
  const letters = text.replaceAll(/[^\p{L}]/gu, "").toUpperCase();
  if (/[^A-Z]/.test(letters)) fail("The input contains a character that is no letter of ASCII");
  if (letters === "") return "";
  const codeOf = (letter: string) => soundCodes[letter.charCodeAt(0) - 65]!;
  let written = letters[0]!;
  let last = codeOf(written);
  for (const letter of letters.slice(1)) {
    if (letter === "H" || letter === "W") continue;
    const code = codeOf(letter);
    if (code !== "0" && code !== last) written += code;
    last = code;
    if (written.length === 4) break;
  }
  return written.padEnd(4, "0");
}

function luhn(text: string): boolean {
  if (text === "") return false;
  if (!/^\d+$/.test(text)) fail("Input contains non-digit characters");
  let sum = 0;
  for (const [index, digit] of [...text].reverse().entries()) {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}

/** The place of the n-th occurrence, from the end for one below zero. */
function positionOf(text: string, part: string, instance: bigint): bigint {
  if (instance === 0n) fail("'instance' must be a positive or negative number.");
  if (part === "") return 1n;
  const places: number[] = [];
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + 1)) places.push(at);
  const place = instance > 0n ? places[Number(instance) - 1] : places.at(Number(instance));
  return place === undefined ? 0n : BigInt([...text.slice(0, place)].length + 1);
}

function queryParameter(query: string, name: string): string | null {
  for (const pair of query.split("&")) {
    const [key, ...rest] = pair.split("=");
    if (decoded(key!) === name) return decoded(rest.join("="));
  }
  return null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

const base32Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function toBase32(bytes: Uint8Array): string {
  let written = "";
  for (let at = 0; at < bytes.length; at += 5) {
    const part = bytes.subarray(at, at + 5);
    let value = 0n;
    for (let index = 0; index < 5; index++) value = (value << 8n) | BigInt(part[index] ?? 0);
    const letters = Math.ceil((part.length * 8) / 5);
    for (let index = 0; index < 8; index++)
      written += index < letters ? base32Letters[Number((value >> BigInt(35 - 5 * index)) & 31n)] : "=";
  }
  return written;
}

function fromBase32(text: string): Uint8Array {
  const plain = text.replace(/=*$/, "").toUpperCase();
  const bytes = new Uint8Array(Math.floor((plain.length * 5) / 8));
  let [value, bits, at] = [0, 0, 0];
  for (const letter of plain) {
    const code = base32Letters.indexOf(letter);
    if (code < 0) fail("Invalid input length or character for base32");
    value = ((value << 5) | code) & 0xffff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = (value >> bits) & 255;
  }
  return bytes;
}

/** Which items each combination has, one after the other. */
function combinations(length: number, size: number): bigint[] {
  if (size < 0) fail("combination size must not be negative: ".concat(String(size)));
  if (size > 5) fail("combination size must not exceed 5: ".concat(String(size)));
  const chosen = Array.from({ length: size }, (_, index) => index);
  const all: bigint[] = [];
  if (size > length) return all;
  for (let count = 0; ; ) {
    all.push(...chosen.map((index) => BigInt(index + 1)));
    if (++count > 100_000) fail("combinations exceed max size");
    // The first that can go on without reaching the one behind it does, and those before begin anew.
    let place = 0;
    while (place < size && chosen[place]! + 1 === (chosen[place + 1] ?? length)) place++;
    if (place >= size) return all;
    chosen[place]!++;
    for (let before = 0; before < place; before++) chosen[before] = before;
  }
}

/** The languages that Trino stems. */
const languages = "ca da de es eu fi fr hu hy ir it lt nl no pt ro ru sv tr".split(" ");

export const textFunctions: readonly EngineFunction[] = [
  {
    ...{ name: "own_word_stem", takes: ["text", "text"], gives: "text" },
    call(word: string, language: string) {
      if (language === "en") return englishStem(word);
      return languages.includes(language)
        ? fail(`word_stem of the language ${language} is not supported; en is`, "NOT_SUPPORTED")
        : fail(`Unknown stemmer language: ${language}`);
    },
  },
  { ...{ name: "own_levenshtein", takes: ["text", "text"], gives: "bigint" }, call: levenshtein },
  { ...{ name: "own_soundex", takes: ["text"], gives: "text" }, call: soundex },
  { ...{ name: "own_luhn", takes: ["text"], gives: "boolean" }, call: luhn },
  { ...{ name: "own_strpos", takes: ["text", "text", "bigint"], gives: "bigint" }, call: positionOf },
  {
    // What is no text stands as U+FFFD.
    ...{ name: "own_from_utf8", takes: ["bytes"], gives: "text" },
    call: (bytes: Uint8Array) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes),
  },
  {
    ...{ name: "own_normalize", takes: ["text", "text"], gives: "text" },
    call: (text: string, form: string) => text.normalize(form),
  },
  { ...{ name: "own_query_parameter", takes: ["text", "text"], gives: "text" }, call: queryParameter },
  { ...{ name: "own_zone", takes: ["text"], gives: "text" }, call: knownZone },
  { ...{ name: "own_to_base32", takes: ["bytes"], gives: "text" }, call: toBase32 },
  { ...{ name: "own_from_base32", takes: ["text"], gives: "bytes" }, call: fromBase32 },
  { ...{ name: "own_combinations", takes: ["integer", "integer"], gives: "bigints" }, call: combinations },
];
