import type { EngineFunction } from "../../../../base/engine-function.ts";
import { type Decimal, fixedText, readDecimal, scientificText } from "./decimal-text.ts";
import { javaDouble } from "./double-text.ts";
import { fail } from "./fail.ts";

/** What `format` gives a value as: its kind in Java, and its text. */
type Argument = readonly [kind: "s" | "b" | "d" | "f", text: string] | null;

interface Directive {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly conversion: string;
}

const directive = /%(\d+\$|<)?([-#+ 0,(]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/y;
/** A text grows to no more than this by widths. */
const widest = 10_000;

/** Writes values into a format of Java's Formatter. */
export function javaFormat(format: string, values: readonly Argument[]): string {
  let written = "";
  let next = 0;
  let last = -1;
  for (let at = 0; at < format.length; ) {
    const sign = format.indexOf("%", at);
    written += format.slice(at, sign === -1 ? undefined : sign);
    if (sign === -1) break;
    directive.lastIndex = sign;
    const found = directive.exec(format);
    if (found === null) return fail(`Invalid format string: ${format}`);
    at = directive.lastIndex;
    const [, place, flags = "", width = "0", precision, conversion = ""] = found;
    const asked: Directive = {
      ...{ flags, width: Number(width), conversion },
      precision: precision === undefined ? undefined : Number(precision),
    };
    if (asked.width > widest || (asked.precision ?? 0) > widest) return fail(`Invalid format string: ${format}`);
    if (conversion === "%" || conversion === "n") {
      written += padded(conversion === "n" ? "\n" : "%", asked);
      continue;
    }
    const index = place === "<" ? last : place === undefined ? next++ : Number.parseInt(place, 10) - 1;
    last = index;
    const value = values[index];
    if (value === undefined) return fail(`Format specifier '${found[0]}'`);
    const text = converted(value, asked, format);
    written += padded(/[A-Z]/.test(conversion) ? text.toUpperCase() : text, asked);
  }
  return written;
}

function padded(text: string, { flags, width }: Directive): string {
  return flags.includes("-") ? text.padEnd(width) : text.padStart(width);
}

/** The flags that a conversion takes; every one takes "-". */
const flagsOf: Readonly<Record<string, string>> = {
  d: "-+ 0,(",
  x: "-0",
  o: "-0",
  f: "-+ 0,(",
  e: "-+ 0(",
  s: "-",
  b: "-",
};

function converted(value: Argument, asked: Directive, format: string): string {
  const { conversion, flags, precision, width } = asked;
  const isOdd =
    [...flags].some((flag) => !flagsOf[conversion.toLowerCase()]?.includes(flag)) ||
    (/[-0]/.test(flags) && width === 0) ||
    (flags.includes("-") && flags.includes("0")) ||
    (flags.includes("+") && flags.includes(" "));
  if (isOdd) return fail(`Invalid format string: ${format}`);
  const wrong = (): never => fail(`Invalid format string: ${format}, ${conversion} != ${value?.[0]}`);
  const cut = (text: string): string => (precision === undefined ? text : text.slice(0, precision));
  switch (conversion.toLowerCase()) {
    case "s":
      return cut(value === null ? "null" : value[1]);
    case "b":
      return cut(value === null ? "false" : value[0] === "b" ? value[1] : "true");
    case "d":
    case "x":
    case "o":
      if (precision !== undefined) return wrong();
      if (value === null) return "null";
      return value[0] === "d" ? wholeText(value[1], asked) : wrong();
    case "f":
    case "e":
      if (value === null) return cut("null");
      return value[0] === "f" ? realText(value[1], asked) : wrong();
    default:
      return wrong();
  }
}

function wholeText(text: string, asked: Directive): string {
  const base = { x: 16, o: 8 }[asked.conversion.toLowerCase()];
  const value = BigInt(text);
  // Every integer is a long there.
  if (base !== undefined) return zeroed("", BigInt.asUintN(64, value).toString(base), asked);
  return signed(value < 0n, (value < 0n ? -value : value).toString(), asked);
}

function realText(text: string, asked: Directive): string {
  if (/[yN]$/.test(text)) return text.startsWith("-") || !asked.flags.includes("+") ? text : `+${text}`;
  const value = readDecimal(text) as Decimal;
  const places = asked.precision ?? 6;
  const write = asked.conversion.toLowerCase() === "e" ? scientificText : fixedText;
  return signed(value.negative, write(value, places), asked);
}

function signed(negative: boolean, digits: string, asked: Directive): string {
  const { flags } = asked;
  const [whole, rest = ""] = digits.split(/(?=[.e])/s).length > 1 ? splitWhole(digits) : [digits];
  const text = (flags.includes(",") ? whole!.replaceAll(/\B(?=(\d{3})+$)/g, ",") : whole!) + rest;
  if (negative && flags.includes("(")) return `(${zeroed("", text, { ...asked, width: asked.width - 2 })})`;
  return zeroed(negative ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "", text, asked);
}

function splitWhole(digits: string): [string, string] {
  const end = digits.search(/[.e]/);
  return [digits.slice(0, end), digits.slice(end)];
}

const zeroed = (sign: string, text: string, { flags, width }: Directive): string =>
  sign + (flags.includes("0") ? text.padStart(width - sign.length, "0") : text);

export const formatFunctions: readonly EngineFunction[] = [
  { ...{ name: "own_java_double", takes: ["double"], gives: "text" }, call: javaDouble },
  {
    // `2020-01-01 10:00:00.000` is 2020-01-01T10:00 in Java.
    ...{ name: "own_java_moment", takes: ["text"], gives: "text" },
    call: (text: string) =>
      text
        .replace(" ", "T")
        .replace(/\.(\d*)$/, (_, fraction: string) => {
          const short = fraction.replace(/(000)+$/, "");
          return short === "" ? "" : `.${short}`;
        })
        .replace(/:00$/, ""),
  },
  {
    // A value is its kind and its text; one that is null has no text.
    ...{ name: "own_format", takes: ["text", "texts"], gives: "text" },
    call: (format: string, values: readonly (string | null)[]) =>
      javaFormat(
        format,
        values.map((value) => (value === null ? null : [value[0] as "s", value.slice(1)])),
      ),
  },
];
