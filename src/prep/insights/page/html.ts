import { counted } from "../../../base/counted.ts";
/** Text of HTML: what `html` made, which is not escaped again. It is a class, so that nothing that is read from JSON is one. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | number | null | undefined | false | readonly Part[];

/** Returns HTML of a template; texts in it are escaped, lists are joined, and what is not there is nothing. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  new Html(strings.reduce((text, next, at) => text + textOf(parts[at - 1]) + next));

function textOf(part: Part): string {
  if (part === null || part === undefined || part === false) return "";
  if (part instanceof Html) return part.text;
  return Array.isArray(part) ? part.map(textOf).join("") : escaped(String(part));
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** "12,345.7", "0.0123", "1.2e-9": as people read numbers. Wholes have all their digits. */
export function numberText(value: number | null | undefined, digits = 5): string {
  if (value === null || value === undefined) return "–";
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return grouped(String(value));
  const size = Math.abs(value);
  if (size >= 1e9 || size < 1e-4) return value.toExponential(3);
  const text = Number(value.toPrecision(digits)).toString();
  return grouped(text);
}

/** How many there are, as people read numbers: "1 row", "12,345 rows". */
export const countText = (count: number, one: string, many?: string): string =>
  counted(count, one, many, numberText(count));

const grouped = (text: string): string => text.replace(/^-?\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ","));

export function percentText(share: number): string {
  const percent = 100 * share;
  return `${share === 0 || percent >= 0.1 ? Number(percent.toFixed(1)) : percent.toPrecision(2)} %`;
}
