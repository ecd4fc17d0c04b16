/** The stem of an English word, by the algorithm "English" of Snowball (Porter's second). Capitals count as consonants. */
export function englishStem(word: string): string {
  if (word.length <= 2) return word;
  const whole = exceptions[word];
  if (whole !== undefined) return whole;
  let text = word.startsWith("'") ? word.slice(1) : word;
  // A y that stands for a consonant is written Y meanwhile.
  text = text.replace(/^y/, "Y").replaceAll(/(?<=[aeiouy])y/g, "Y");
  const [first, second] = regions(text);
  let stem = text.replace(/(?:'s'|'s|')$/, "");
  stem = plural(stem);
  if (unchanged.has(stem)) return stem;
  stem = past(stem, first);
  stem = stem.replace(/(?<=.[^aeiouy])[yY]$/, "i");
  stem = suffix(stem, first, double);
  stem = suffix(stem, first, triple, second);
  stem = last(stem, second);
  return end(stem, first, second).replaceAll("Y", "y");
}

const exceptions: Readonly<Record<string, string | undefined>> = {
  ...{ skis: "ski", skies: "sky", dying: "die", lying: "lie", tying: "tie", idly: "idl", gently: "gentl" },
  ...{ ugly: "ugli", early: "earli", only: "onli", singly: "singl", sky: "sky", news: "news", howe: "howe" },
  ...{ atlas: "atlas", cosmos: "cosmos", bias: "bias", andes: "andes" },
};
const unchanged: ReadonlySet<string> = new Set(
  "inning outing canning herring earring proceed exceed succeed".split(" "),
);

/** Where the two regions begin in which suffixes count: behind the first consonant after a vowel, and again. */
function regions(text: string): [number, number] {
  const behind = (from: number): number => {
    const found = /[aeiouy][^aeiouy]/.exec(text.slice(from));
    return found ? from + found.index + 2 : text.length;
  };
  const prefix = /^(?:gener|commun|arsen)/.exec(text)?.[0].length;
  const first = prefix ?? behind(0);
  return [first, behind(first)];
}

function plural(text: string): string {
  if (text.endsWith("sses")) return text.slice(0, -2);
  if (/ie[ds]$/.test(text)) return text.length > 4 ? text.slice(0, -2) : text.slice(0, -1);
  if (/[us]s$/.test(text) || !text.endsWith("s")) return text;
  return /[aeiouy].+s$/.test(text) ? text.slice(0, -1) : text;
}

/** Whether the word ends in a short syllable, and nothing of it is in the first region. */
const isShort = (text: string, first: number): boolean =>
  first >= text.length && (/[^aeiouy][aeiouy][^aeiouywxY]$/.test(text) || /^[aeiouy][^aeiouy]$/.test(text));

function past(text: string, first: number): string {
  const early = /(?:eedly|eed)$/.exec(text);
  if (early) return early.index >= first ? `${text.slice(0, early.index)}ee` : text;
  const found = /(?:ingly|edly|ing|ed)$/.exec(text);
  if (!found || !/[aeiouy]/.test(text.slice(0, found.index))) return text;
  const rest = text.slice(0, found.index);
  if (/(?:at|bl|iz)$/.test(rest)) return `${rest}e`;
  if (/^[aeo]..$/.test(rest) && rest[1] === rest[2]) return rest;
  if (/(?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$/.test(rest)) return rest.slice(0, -1);
  return isShort(rest, first) ? `${rest}e` : rest;
}

type Suffixes = readonly (readonly [suffix: string, becomes: string, behind?: RegExp])[];

/** Of suffixes that end in each other the longest stands first. */
const double: Suffixes = [
  ...([
    ["ization", "ize"],
    ["ational", "ate"],
    ["fulness", "ful"],
    ["ousness", "ous"],
    ["iveness", "ive"],
    ["tional", "tion"],
    ["biliti", "ble"],
    ["lessli", "less"],
    ["entli", "ent"],
    ["ation", "ate"],
    ["alism", "al"],
    ["aliti", "al"],
    ["ousli", "ous"],
    ["iviti", "ive"],
    ["fulli", "ful"],
    ["enci", "ence"],
    ["anci", "ance"],
    ["abli", "able"],
    ["izer", "ize"],
    ["ator", "ate"],
    ["alli", "al"],
    ["bli", "ble"],
    ["ogi", "og", /l$/],
    ["li", "", /[cdeghkmnrt]$/],
  ] as const),
];

/** `ative` goes away in the second region only. */
const triple: Suffixes = [
  ...([
    ["ational", "ate"],
    ["tional", "tion"],
    ["alize", "al"],
    ["icate", "ic"],
    ["iciti", "ic"],
    ["ative", ""],
    ["ical", "ic"],
    ["ness", ""],
    ["ful", ""],
  ] as const),
];

function suffix(text: string, first: number, suffixes: Suffixes, second = 0): string {
  const found = suffixes.find(([one]) => text.endsWith(one));
  if (!found) return text;
  const [one, becomes, behind] = found;
  const rest = text.slice(0, -one.length);
  if (rest.length < first || (one === "ative" && rest.length < second) || behind?.test(rest) === false) return text;
  return rest + becomes;
}

function last(text: string, second: number): string {
  const found = /(?:ement|ance|ence|able|ible|ment|ant|ent|ism|ate|iti|ous|ive|ize|ion|al|er|ic)$/.exec(text);
  if (!found || found.index < second) return text;
  const rest = text.slice(0, found.index);
  return found[0] === "ion" && !/[st]$/.test(rest) ? text : rest;
}

function end(text: string, first: number, second: number): string {
  const rest = text.slice(0, -1);
  if (text.endsWith("e")) {
    const isShortSyllable = /[^aeiouy][aeiouy][^aeiouywxY]$/.test(rest) || /^[aeiouy][^aeiouy]$/.test(rest);
    return rest.length >= second || (rest.length >= first && !isShortSyllable) ? rest : text;
  }
  return text.endsWith("ll") && rest.length >= second ? rest : text;
}
