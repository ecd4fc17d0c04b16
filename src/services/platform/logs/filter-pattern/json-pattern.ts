import { endPattern, type FoundValue, readComparison, readConditions } from "./pattern-condition.ts";
import { invalidPattern, type MessageTest } from "./pattern-faults.ts";
import type { PatternScanner } from "./pattern-scanner.ts";

/** A step from a value into it: a property, an element, or all of either. */
type Step = string | number | typeof anyProperty | typeof anyElement;
const anyProperty = Symbol("any property");
const anyElement = Symbol("any element");

const wildcards = { inSelector: 1, inPattern: 3 };
const states: Readonly<Record<string, unknown>> = { NULL: null, TRUE: true, FALSE: false };

/**
 * Compiles what stands between `{` and `}`: conditions on the properties of an event that is a JSON object. A
 * comparison holds for strings and numbers only: for a property that is missing, null, an object or a list, neither `=`
 * nor `!=` holds.
 */
export function compileJsonPattern(scanner: PatternScanner): MessageTest {
  let inPattern = 0;
  const condition = (): ((event: unknown) => boolean) => {
    const steps = readSelector(scanner);
    const inSelector = steps.filter((step) => typeof step === "symbol").length;
    inPattern += inSelector;
    if (inSelector > wildcards.inSelector) throw invalidPattern("a property selector has more than one wildcard.");
    if (inPattern > wildcards.inPattern) throw invalidPattern("it has more than three wildcards in its selectors.");
    if (scanner.match(/NOT\s+EXISTS\b/iy)) return (event) => valuesAt(event, steps).length === 0;
    const state = scanner.match(/IS\s+(NULL|TRUE|FALSE)\b/iy)?.[1]?.toUpperCase();
    if (state !== undefined) return (event) => valuesAt(event, steps).includes(states[state]);
    const unsupported = scanner.match(/IS\s+NOT\b|EXISTS\b/iy)?.[0];
    if (unsupported !== undefined) throw invalidPattern(`${unsupported} is not supported.`);
    const compare = readComparison(scanner);
    if (!compare) throw scanner.unexpected();
    return (event) => valuesAt(event, steps).some((value) => isComparable(value) && compare(found(value)));
  };
  const holds = readConditions(scanner, condition);
  endPattern(scanner, "}");
  return (message) => {
    const event = parseObject(message);
    return event !== undefined && holds(event);
  };
}

/** Reads `$.a.b[0].*[*].['c.d']`. */
function readSelector(scanner: PatternScanner): Step[] {
  const text = scanner.match(/\$(\.?\[(\d+|\*|'[^']*'|"[^"]*")\]|\.([\w-]+|\*))+/y)?.[0];
  if (text === undefined) throw scanner.unexpected();
  const steps: Step[] = [];
  for (const [, element, property] of text.matchAll(/\.?\[(\d+|\*|'[^']*'|"[^"]*")\]|\.([\w-]+|\*)/g)) {
    if (property === "*") steps.push(anyProperty);
    else if (element === "*") steps.push(anyElement);
    else if (element === undefined) steps.push(property!);
    else steps.push(/^\d/.test(element) ? Number(element) : element.slice(1, -1));
  }
  if (typeof steps[0] === "number" || steps[0] === anyElement)
    throw invalidPattern(`the selector ${text} names no property; it has to begin as $.property.`);
  return steps;
}

function valuesAt(event: unknown, steps: readonly Step[]): unknown[] {
  let values = [event];
  for (const step of steps) values = values.flatMap((value) => inside(value, step));
  return values;
}

function inside(value: unknown, step: Step): unknown[] {
  if (Array.isArray(value)) {
    if (step === anyElement) return value;
    return typeof step === "number" && step < value.length ? [value[step]] : [];
  }
  if (typeof value !== "object" || value === null) return [];
  if (step === anyProperty) return Object.values(value);
  return typeof step === "string" && Object.hasOwn(value, step) ? [(value as Record<string, unknown>)[step]] : [];
}

const isComparable = (value: unknown): value is string | number =>
  typeof value === "string" || typeof value === "number";

const found = (value: string | number): FoundValue =>
  typeof value === "number" ? { text: String(value), number: value } : { text: value };

function parseObject(message: string): object | undefined {
  if (!/^\s*\{/.test(message)) return undefined;
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}
