/**
 * A path into a record, in the part of JSONPath that batch transform has: `$`, `.name`, `.*`, `['a','b']`, `[1,-1]`,
 * `[2:5]`. As in AWS's guide, the end of a range is part of it.
 */
export interface RecordPath {
  readonly text: string;
  /** Whether it is the whole record. */
  readonly isRoot: boolean;
  /** Whether it can be asked of a row, whose columns have no names. */
  readonly isOfColumns: boolean;
  /** Returns what of a value of JSON the path names; undefined for nothing. */
  select(value: unknown): unknown;
  /** Returns the columns of a row of so many; undefined where it names one that is not there, or none. */
  columns(count: number): readonly number[] | undefined;
}

type Place = number | { readonly from?: number; readonly to?: number };
type Step = { readonly names: readonly string[] } | { readonly places: readonly Place[] } | "all";

/** Returns the path, or says what is wrong with the text. An empty text is the whole record. */
export function readRecordPath(text: string): RecordPath | string {
  const steps: Step[] = [];
  const whole = text === "" ? "$" : text;
  if (!whole.startsWith("$")) return `a path begins with $, for the whole record`;
  for (let at = 1; at < whole.length; ) {
    const found = readStep(whole, at);
    if (typeof found === "string") return found;
    steps.push(found.step);
    at = found.end;
  }
  const isOfColumns = steps.length <= 1 && steps.every((step) => step === "all" || "places" in step);
  return {
    text: whole,
    isRoot: steps.length === 0,
    isOfColumns,
    select: (value) => selectOf(steps, value),
    columns: (count) => columnsOf(steps[0] ?? "all", count),
  };
}

const place = /^\s*(-?\d*)\s*(:?)\s*(-?\d*)\s*$/;

function readStep(text: string, at: number): { readonly step: Step; readonly end: number } | string {
  const dotted = /^\.(?!\[)([^.[\]]*)/.exec(text.slice(at));
  if (dotted) {
    const name = dotted[1]!;
    if (name === "") return `a name is missing after the dot at ${at + 1}`;
    return { step: name === "*" ? "all" : { names: [name] }, end: at + dotted[0].length };
  }
  const open = text[at] === "." ? at + 1 : at;
  if (text[open] !== "[")
    return `${JSON.stringify(text[open] ?? "")} at ${open + 1} begins neither a name nor a bracket`;
  const quoted = readNames(text, open + 1);
  if (quoted) return quoted;
  const close = text.indexOf("]", open);
  if (close < 0) return `the bracket at ${open + 1} is not closed`;
  const inside = text.slice(open + 1, close);
  if (inside.trim() === "*") return { step: "all", end: close + 1 };
  const places = inside.split(",").map(readPlace);
  if (places.includes(undefined)) return `[${inside}] holds neither names in quotes nor numbers, ranges or *`;
  return { step: { places: places as Place[] }, end: close + 1 };
}

/** Names may hold brackets. */
function readNames(text: string, start: number): { readonly step: Step; readonly end: number } | undefined {
  const found: string[] = [];
  for (let at = start; ; ) {
    const match = /^\s*(?:'([^']*)'|"([^"]*)")\s*([,\]])/.exec(text.slice(at));
    if (!match) return undefined;
    found.push(match[1] ?? match[2]!);
    at += match[0].length;
    if (match[3] === "]") return { step: { names: found }, end: at };
  }
}

function readPlace(text: string): Place | undefined {
  const match = place.exec(text);
  if (!match) return undefined;
  const [, from = "", colon, to = ""] = match;
  if (from === "-" || to === "-") return undefined;
  if (colon === "") return from !== "" && to === "" ? Number(from) : undefined;
  return { ...(from !== "" && { from: Number(from) }), ...(to !== "" && { to: Number(to) }) };
}

/** Returns the places of a list of so many; undefined where one is named that is not there. */
function placesIn(places: readonly Place[], count: number): number[] | undefined {
  const found: number[] = [];
  const fromStart = (index: number) => (index < 0 ? count + index : index);
  for (const one of places) {
    if (typeof one === "number") {
      const index = fromStart(one);
      if (index < 0 || index >= count) return undefined;
      found.push(index);
      continue;
    }
    const last = Math.min(count - 1, fromStart(one.to ?? count - 1));
    for (let index = Math.max(0, fromStart(one.from ?? 0)); index <= last; index++) found.push(index);
  }
  return found;
}

function columnsOf(step: Step, count: number): readonly number[] | undefined {
  if (step === "all") return Array.from({ length: count }, (_, index) => index);
  const found = "places" in step ? placesIn(step.places, count) : undefined;
  return found?.length ? found : undefined;
}

/** A number that keeps its digits (JSON.rawJSON) is an object without a prototype. */
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && Object.getPrototypeOf(value) !== null;

function selectOf(steps: readonly Step[], value: unknown): unknown {
  let found: unknown[] = [value];
  // A path that can name several values gives a list, however many there are.
  let isList = false;
  for (const step of steps) {
    isList ||=
      step === "all" || ("places" in step && !(step.places.length === 1 && typeof step.places[0] === "number"));
    found = found.flatMap((one) => stepInto(step, one));
  }
  if (found.length === 0) return undefined;
  return isList ? found : found[0];
}

function stepInto(step: Step, value: unknown): unknown[] {
  if (step === "all") return Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
  if ("places" in step) {
    if (!Array.isArray(value)) return [];
    return (placesIn(step.places, value.length) ?? []).map((index) => value[index]);
  }
  if (!isObject(value)) return [];
  const there = step.names.filter((name) => Object.hasOwn(value, name));
  if (there.length === 0) return [];
  if (step.names.length === 1) return [value[there[0]!]];
  return [Object.fromEntries(there.map((name) => [name, value[name]]))];
}
