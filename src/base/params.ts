import { nearest } from "./nearest.ts";

/**
 * The typed parameter schema of all units: hyperparameters, settings, options of transforms and executors. A parameter
 * is read from text, the form in which all of them arrive (an API map of strings, an environment variable, a form
 * field).
 */
export interface Param<T> {
  readonly required: boolean;
  readonly default?: T;
  /** Whether a tuning job may search over this parameter. */
  readonly tunable: boolean;
  /** What the parameter accepts, in words that follow "give": "a number from 0 to 1". */
  readonly allowed: string;
  /** The words that it accepts, where they are counted; of a list, those of an item. */
  readonly choices?: readonly unknown[];
  /** Those of the allowed values that are built, where they are counted. */
  readonly built?: readonly unknown[];
  /** The range of a number, as a form needs it. */
  readonly range?: Range & { readonly whole?: true; readonly infinite?: true };
  /** Whether the text is of the parameter's type, allowed or not. Absent: every text is. */
  isReadable?(text: string): boolean;
  /** Returns the value that the text stands for; undefined when it is not allowed. */
  parse(text: string): Exclude<T, undefined> | undefined;
  /** Returns what to do instead of an allowed value that is not built. Absent when every value is built. */
  notBuilt?(value: Exclude<T, undefined>): string | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: a table holds parameters of every type; ParamValues gets each type back
export type Params = Readonly<Record<string, Param<any>>>;

/** The values of a parameter table: a parameter that is neither required nor has a default may be undefined. */
export type ParamValues<P extends Params> = { readonly [K in keyof P]: P[K] extends Param<infer T> ? T : never };

interface Options<T> {
  readonly required?: true;
  readonly default?: T;
  readonly tunable?: boolean;
  /** The allowed values that are built. Absent: all of them. */
  readonly built?: readonly T[];
}

/** Options of a parameter that always has a value, because it is required or has a default. */
type Certain<T> = { readonly required: true } | { readonly default: T };

interface Range {
  readonly min?: number;
  readonly max?: number;
  /** The value must be greater than this. */
  readonly above?: number;
  /** The value must be less than this. */
  readonly below?: number;
}

/** A whole number that a double holds exactly, written in digits: as Python's `int` reads a text. */
export function integer(options: Range & Options<number> & Certain<number>): Param<number>;
export function integer(options?: Range & Options<number>): Param<number | undefined>;
export function integer(options: Range & Options<number> = {}): Param<number | undefined> {
  const read = param(`a whole number${rangeWords(options)}`, options, (text) => {
    const value = parseInteger(text);
    return Number.isSafeInteger(value) && inRange(value!, options) ? value : undefined;
  });
  return {
    ...read,
    range: { ...rangeOf(options), whole: true },
    isReadable: (text) => parseInteger(text) !== undefined,
  };
}

interface NumberOptions {
  /** Whether "inf" is a number too, where the range has no end. */
  readonly infinite?: true;
}

/** A finite number, as Python's `float` reads a text; with `infinite` also "inf". It is never "nan". */
export function number(options: Range & NumberOptions & Options<number> & Certain<number>): Param<number>;
export function number(options?: Range & NumberOptions & Options<number>): Param<number | undefined>;
export function number(options: Range & NumberOptions & Options<number> = {}): Param<number | undefined> {
  const read = param(`a number${rangeWords(options)}`, options, (text) => {
    const value = parseNumber(text);
    if (value === undefined || !inRange(value, options)) return undefined;
    return Number.isFinite(value) || options.infinite ? value : undefined;
  });
  const isReadable = (text: string) => parseNumber(text) !== undefined || /^\s*[-+]?nan\s*$/i.test(text);
  return { ...read, range: { ...rangeOf(options), ...(options.infinite && { infinite: true }) }, isReadable };
}

export function text(options: Options<string> & Certain<string>): Param<string>;
export function text(options?: Options<string>): Param<string | undefined>;
export function text(options: Options<string> = {}): Param<string | undefined> {
  return param("a text", options, (given) => given);
}

/** `true` or `false`; `1` and `0` mean the same. */
export function boolean(options: Options<boolean> & Certain<boolean>): Param<boolean>;
export function boolean(options?: Options<boolean>): Param<boolean | undefined>;
export function boolean(options: Options<boolean> = {}): Param<boolean | undefined> {
  const values: Readonly<Record<string, boolean>> = { true: true, false: false, 1: true, 0: false };
  return param("true or false", options, (given) => values[given.trim().toLowerCase()]);
}

/** One of the given words. */
export function choice<const C extends string>(choices: readonly C[], options: Options<C> & Certain<C>): Param<C>;
export function choice<const C extends string>(choices: readonly C[], options?: Options<C>): Param<C | undefined>;
export function choice<const C extends string>(choices: readonly C[], options: Options<C> = {}): Param<C | undefined> {
  return { ...param(wordsOf(choices), options, (given) => choices.find((word) => word === given.trim())), choices };
}

/** Values of one kind, as a JSON array or separated by commas. */
export function list<T>(item: Param<T>, options: Options<readonly T[]> & Certain<readonly T[]>): Param<readonly T[]>;
export function list<T>(item: Param<T>, options?: Options<readonly T[]>): Param<readonly T[] | undefined>;
export function list<T>(item: Param<T>, options: Options<readonly T[]> = {}): Param<readonly T[] | undefined> {
  const read = param(`a list, separated by commas, each ${item.allowed}`, options, (given) => {
    const values = listItems(given).map((entry) => item.parse(entry));
    return values.includes(undefined) ? undefined : (values as T[]);
  });
  const counted = { ...(item.choices && { choices: item.choices }), ...(item.built && { built: item.built }) };
  if (!item.notBuilt) return { ...read, ...counted };
  const instead = (values: readonly T[]) => {
    for (const value of values) {
      const words = item.notBuilt!(value as Exclude<T, undefined>);
      if (words !== undefined) return words;
    }
    return undefined;
  };
  return { ...read, ...counted, notBuilt: instead };
}

/** A problem with one of the given values; `message` is a sentence for people. */
export interface ParamProblem {
  readonly name: string;
  readonly kind: "unknown" | "missing" | "value" | "not-built";
  readonly message: string;
}

/** Reads a table's values from texts. When there are problems, the values are incomplete and must not be used. */
export function parseParams<P extends Params>(
  params: P,
  texts: Readonly<Record<string, string>>,
): { values: ParamValues<P>; problems: readonly ParamProblem[] } {
  const problems: ParamProblem[] = [];
  for (const name of Object.keys(texts)) {
    if (Object.hasOwn(params, name)) continue;
    const meant = nearest(
      name,
      Object.keys(params).filter((known) => !isUnbuilt(params[known]!)),
    );
    problems.push({ name, kind: "unknown", message: `${name} is not known${meant ? `; was ${meant} meant?` : "."}` });
  }
  const values: Record<string, unknown> = {};
  for (const [name, param] of Object.entries(params)) {
    const given = Object.hasOwn(texts, name) ? texts[name] : undefined;
    const value = given === undefined ? param.default : param.parse(given);
    const instead = given === undefined || value === undefined ? undefined : param.notBuilt?.(value);
    if (instead !== undefined) problems.push({ name, kind: "not-built", message: `${name} "${given}"; ${instead}.` });
    else if (given !== undefined && value === undefined)
      problems.push({ name, kind: "value", message: `${name} is "${given}"; ${adviceFor(param)}.` });
    else if (given === undefined && param.required)
      problems.push({ name, kind: "missing", message: `${name} is required; give ${param.allowed}.` });
    values[name] = value;
  }
  return { values: values as ParamValues<P>, problems };
}

/** Returns what to do about a wrong value. */
export const adviceFor = (param: Param<unknown>): string => (isUnbuilt(param) ? leaveOut : `give ${param.allowed}`);

/** Whether every value would be refused. */
const isUnbuilt = ({ built }: Param<unknown>): boolean => built?.length === 0;

const param = <T>(allowed: string, options: Options<T>, parse: (text: string) => T | undefined): Param<T> =>
  ({
    required: options.required ?? false,
    ...(options.default === undefined ? {} : { default: options.default }),
    tunable: options.tunable ?? false,
    allowed: options.built?.length ? wordsOf(options.built) : allowed,
    parse,
    ...(options.built ? { built: options.built, notBuilt: insteadOf(options.built) } : {}),
  }) as Param<T>;

const leaveOut = "leave it out";

const wordsOf = (values: readonly unknown[]): string =>
  values.length === 1 ? `"${values[0]}"` : `one of ${values.join(", ")}`;

const insteadOf =
  <T>(built: readonly T[]) =>
  (value: T): string | undefined =>
    built.includes(value) ? undefined : built.length ? `give ${wordsOf(built)}` : leaveOut;

/** Python takes an underscore between two digits. */
const digits = String.raw`\d+(?:_\d+)*`;
const wholeNumber = new RegExp(`^[-+]?${digits}$`);
const decimal = new RegExp(`^[-+]?(?:${digits}\\.?(?:${digits})?|\\.${digits})(?:e[-+]?${digits})?$`, "i");

/** `Number` alone would also accept "", "0x1f" and "4.0". */
function parseInteger(text: string): number | undefined {
  const trimmed = text.trim();
  return wholeNumber.test(trimmed) ? Number(trimmed.replaceAll("_", "")) : undefined;
}

/** Returns an infinity for one that is written as a word, or too large for a double. */
function parseNumber(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^[-+]?inf(inity)?$/i.test(trimmed)) return trimmed.startsWith("-") ? -Infinity : Infinity;
  return decimal.test(trimmed) ? Number(trimmed.replaceAll("_", "")) : undefined;
}

const rangeOf = ({ min, max, above, below }: Range): Range => ({ min, max, above, below });

const inRange = (value: number, { min = -Infinity, max = Infinity, above, below }: Range): boolean =>
  value >= min && value <= max && (above === undefined || value > above) && (below === undefined || value < below);

function rangeWords({ min, max, above, below }: Range): string {
  if (above !== undefined && below !== undefined) return ` above ${above} and below ${below}`;
  if (above !== undefined) return max === undefined ? ` above ${above}` : ` above ${above}, at most ${max}`;
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return ` of at least ${min}`;
  return max === undefined ? "" : ` of at most ${max}`;
}

function listItems(text: string): string[] {
  if (!text.trim().startsWith("[")) return text.split(",").map((entry) => entry.trim());
  try {
    return (JSON.parse(text) as unknown[]).map(String);
  } catch {
    return [text];
  }
}
