import { isObject, type JsonObject, objectOf } from "../json-object.ts";
import { StepFault } from "../step-fault.ts";
import type { FlowParameter } from "./flow.ts";
import { spanOf, timeFormatOf } from "./key-time.ts";

/** Which objects below a prefix a source reads, where parameters of its path are patterns and times. JSON. */
export interface KeyPattern {
  /** Of the whole key, in JavaScript. */
  readonly expression: string;
  /** The groups of the expression that are a time each, and the times that are read: milliseconds since 1970, both included. */
  readonly times: readonly {
    readonly groups: readonly number[];
    readonly units: readonly string[];
    readonly from: number;
    readonly to: number;
  }[];
}

/** A path with the parameters that are filled in as they are, and what says which objects are meant. */
export interface FilledPath {
  /** What comes before the first pattern or time. */
  readonly uri: string;
  readonly pattern?: KeyPattern;
}

const placeholder = /\{\{\s*([A-Za-z_]\w*)\s*\}\}/g;
const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");

/**
 * Fills the parameters in a path of S3. Patterns and times become an expression for the rest of the key.
 *
 * @param now what relative ranges of times end with, in milliseconds since 1970
 * @throws StepFault that names the parameter
 */
export function fillPath(path: string, parameters: readonly FlowParameter[], now: number | undefined): FilledPath {
  let [uri, expression, groups, at] = ["", "", 0, 0];
  const times: KeyPattern["times"][number][] = [];
  const add = (text: string) => {
    if (expression === "") uri += text;
    else expression += escaped(text);
  };
  for (const found of path.matchAll(placeholder)) {
    const parameter = parameters.find(({ name }) => name === found[1]);
    add(path.slice(at, found.index));
    at = found.index + found[0].length;
    if (parameter === undefined) add(found[0]);
    else if (parameter.type === "String" || parameter.type === "Number") add(parameter.value ?? "");
    else {
      if (!/^s3:\/\/[^/]+\//.test(uri))
        throw new StepFault(
          `The ${parameter.type.toLowerCase()} ${parameter.name} is in the name of the bucket of ${path}; a bucket's name may have parameters of String and Number alone.`,
        );
      if (expression === "") expression = escaped(uri.replace(/^s3:\/\/[^/]+\//, ""));
      const made = parameter.type === "Pattern" ? patternOf(parameter) : timeOf(parameter, now);
      expression += `(${made.expression})`;
      if (made.time) times.push({ ...made.time, groups: made.time.units.map((_, index) => groups + 2 + index) });
      groups += 1 + made.groups;
    }
  }
  add(path.slice(at));
  return expression === "" ? { uri } : { uri, pattern: { expression: `^(?:${expression})`, times } };
}

/** Whether an object of that key is read. */
export function isMeant(key: string, { expression, times }: KeyPattern): boolean {
  const found = new RegExp(expression).exec(key);
  if (found === null) return false;
  return times.every(({ from, groups, to, units: of }) => {
    const span = spanOf(
      of,
      groups.map((group) => found[group]!),
    );
    return span !== undefined && span[1] >= from && span[0] <= to;
  });
}

function patternOf({ name, value = "" }: FlowParameter): Made {
  // Python names groups in a way of its own.
  const expression = value.replaceAll("(?P<", "(?<").replaceAll(/\(\?P=(\w+)\)/g, "\\k<$1>");
  try {
    if (value === "") throw new Error("it is empty");
    const count = new RegExp(`(?:${expression})|`).exec("")!.length - 1;
    return { expression, groups: count };
  } catch (error) {
    throw new StepFault(
      `The pattern ${name} is ${JSON.stringify(value)}, which is no regular expression (${(error as Error).message}); give one, such as "[0-9]+".`,
    );
  }
}

interface Made {
  readonly expression: string;
  readonly groups: number;
  readonly time?: Omit<KeyPattern["times"][number], "groups">;
}

function timeOf({ format = "yyyy-MM-dd", name, value = "" }: FlowParameter, now: number | undefined): Made {
  const read = timeFormatOf(format);
  if (read === undefined)
    throw new StepFault(
      `The datetime ${name} has the format ${JSON.stringify(format)}; give one of yyyy, MM, dd, HH, mm, ss with signs between them, such as "yyyy/MM/dd", or Python's codes ("%Y-%m-%d").`,
    );
  const [from, to] = rangeOf(name, value, now);
  return { expression: read.expression, groups: read.units.length, time: { units: read.units, from, to } };
}

const units: Readonly<Record<string, (time: Date, count: number) => void>> = {
  second: (time, count) => time.setUTCSeconds(time.getUTCSeconds() - count),
  minute: (time, count) => time.setUTCMinutes(time.getUTCMinutes() - count),
  hour: (time, count) => time.setUTCHours(time.getUTCHours() - count),
  day: (time, count) => time.setUTCDate(time.getUTCDate() - count),
  week: (time, count) => time.setUTCDate(time.getUTCDate() - 7 * count),
  month: (time, count) => time.setUTCMonth(time.getUTCMonth() - count),
  year: (time, count) => time.setUTCFullYear(time.getUTCFullYear() - count),
};

function rangeOf(name: string, value: string, now: number | undefined): readonly [from: number, to: number] {
  const relative = /^\s*(\d+)\s+(second|minute|hour|day|week|month|year)s?\s*$/i.exec(value);
  if (relative && now !== undefined) {
    const from = new Date(now);
    units[relative[2]!.toLowerCase()]!(from, Number(relative[1]));
    return [from.getTime(), now];
  }
  const [from = "", to = "", ...more] = value.split("/").map((text) => text.trim());
  const range = [from === "" ? -8.64e15 : timeOfText(from), to === "" ? 8.64e15 : timeOfText(to)] as const;
  if (value.includes("/") && more.length === 0 && !range.some(Number.isNaN) && from + to !== "") return range;
  throw new StepFault(
    `The datetime ${name} is ${JSON.stringify(value)}; give how long before now ("24 hours", "1 years") or two times ("2026-01-01/2026-02-01").`,
  );
}

/** A time without a zone is one of UTC. */
const timeOfText = (text: string): number =>
  Date.parse(/^\d{4}(-\d\d){0,2}$|(?:[Zz]|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text.replace(" ", "T")}Z`);

/** The range of a datetime as flows may have it: words, or an object of a beginning and an end or of a quantity and a unit. */
export function rangeText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) return String(value);
  const given: JsonObject = objectOf(value);
  const [start, end] = [given.start ?? given.from, given.end ?? given.to];
  if (start !== undefined || end !== undefined) return `${start ?? ""}/${end ?? ""}`;
  return `${given.quantity ?? given.value ?? ""} ${given.unit ?? ""}`;
}
