import { Fault } from "../../../aws/faults.ts";
import { invalidParameter } from "./topic-kind.ts";

/** A condition on one value; `undefined` stands for a key that is not there. */
type Condition = (value: unknown) => boolean;

/** A policy as a tree: a key's conditions, of which one must hold, or what is inside; `$or` is one of several trees. */
export interface FilterPolicy {
  readonly keys: ReadonlyMap<string, readonly Condition[] | FilterPolicy>;
  readonly either: readonly FilterPolicy[][];
}

const mostKeys = 5;
const mostCombinations = 150;

const invalid = (words: string) => invalidParameter(`FilterPolicy: ${words}`);
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Reads the filter policy of a subscription. @throws Fault for one that is none */
export function readFilterPolicy(text: string): FilterPolicy {
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch (error) {
    throw invalid(`failed to parse JSON. ${(error as Error).message}`);
  }
  if (!isObject(policy)) throw invalid("it must be a JSON object");
  const size = { keys: 0, combinations: 1 };
  const read = readLevel(policy, size, 1);
  if (size.keys > mostKeys) throw invalid("Filter policy can not have more than 5 keys");
  if (size.combinations > mostCombinations)
    throw new Fault(
      "FilterPolicyLimitExceededException",
      "Invalid parameter: FilterPolicy: Filter policy is too complex",
      {
        status: 403,
      },
    );
  return read;
}

function readLevel(
  level: Readonly<Record<string, unknown>>,
  size: { keys: number; combinations: number },
  depth: number,
): FilterPolicy {
  const keys = new Map<string, readonly Condition[] | FilterPolicy>();
  const either: FilterPolicy[][] = [];
  for (const [key, value] of Object.entries(level)) {
    if (key === "$or" && Array.isArray(value) && value.length >= 2 && value.every(isObject)) {
      either.push(value.map((one) => readLevel(one, size, depth)));
      size.combinations *= value.length;
    } else if (isObject(value)) {
      if (Object.keys(value).length === 0) throw invalid(`"${key}" must be an object or an array that is not empty`);
      keys.set(key, readLevel(value, size, depth + 1));
    } else {
      if (!Array.isArray(value)) throw invalid(`"${key}" must be an object or an array`);
      if (value.length === 0) throw invalid(`Empty arrays are not allowed: "${key}"`);
      keys.set(
        key,
        value.map((one) => readCondition(key, one)),
      );
      size.keys++;
      size.combinations *= value.length * depth;
    }
  }
  return { keys, either };
}

function readCondition(key: string, given: unknown): Condition {
  if (given === null) return (value) => value === null;
  if (typeof given === "string" || typeof given === "boolean") return (value) => value === given;
  if (typeof given === "number") {
    if (Math.abs(given) > 1e9) throw invalid(`Value of "${key}" must be from -10^9 to 10^9`);
    return (value) => value === given;
  }
  if (!isObject(given)) throw invalid(`Match value must be String, number, true, false, or null: "${key}"`);
  const [[operator, operand] = [], ...more] = Object.entries(given);
  if (operator === undefined || more.length > 0) throw invalid(`Only one key allowed in match expression: "${key}"`);
  const make = Object.hasOwn(operators, operator) ? operators[operator] : undefined;
  if (!make)
    throw invalid(`Unrecognized match type ${operator}; it must be one of ${Object.keys(operators).join(", ")}`);
  return make(operand, key);
}

const text = (operand: unknown, operator: string): string => {
  if (typeof operand !== "string") throw invalid(`${operator} match pattern must be a string`);
  return operand;
};

const operators: Readonly<Record<string, (operand: unknown, key: string) => Condition>> = {
  exists(operand) {
    if (typeof operand !== "boolean") throw invalid("exists match pattern must be either true or false.");
    return (value) => (value !== undefined) === operand;
  },
  prefix(operand) {
    const folded = isObject(operand) ? text(operand["equals-ignore-case"], "prefix").toLowerCase() : undefined;
    if (folded !== undefined) return (value) => typeof value === "string" && value.toLowerCase().startsWith(folded);
    const prefix = text(operand, "prefix");
    return (value) => typeof value === "string" && value.startsWith(prefix);
  },
  suffix(operand) {
    const folded = isObject(operand) ? text(operand["equals-ignore-case"], "suffix").toLowerCase() : undefined;
    if (folded !== undefined) return (value) => typeof value === "string" && value.toLowerCase().endsWith(folded);
    const suffix = text(operand, "suffix");
    return (value) => typeof value === "string" && value.endsWith(suffix);
  },
  wildcard(operand) {
    const pattern = text(operand, "wildcard");
    if (pattern.includes("**")) throw invalid("Consecutive wildcard characters are not allowed");
    const parts = pattern.split("*");
    return (value) => typeof value === "string" && matchesParts(value, parts);
  },
  "equals-ignore-case"(operand) {
    const folded = text(operand, "equals-ignore-case").toLowerCase();
    return (value) => typeof value === "string" && value.toLowerCase() === folded;
  },
  cidr(operand) {
    const inside = readCidr(text(operand, "cidr"));
    return (value) => typeof value === "string" && inside(value);
  },
  numeric: (operand) => readNumeric(operand),
  "anything-but"(operand, key) {
    const given = Array.isArray(operand) ? operand : [operand];
    if (given.length === 0) throw invalid("Anything-But list must not be empty");
    const conditions = given.flatMap((one): Condition[] => {
      if (isObject(one)) {
        const [[operator, values] = [], ...more] = Object.entries(one);
        const allowed = ["prefix", "suffix", "wildcard", "equals-ignore-case"];
        if (operator === undefined || more.length > 0 || !allowed.includes(operator))
          throw invalid(
            `Value of anything-but must be an array, a single string or number, or one of ${allowed.join(", ")}`,
          );
        return [values].flat().map((value) => operators[operator]!(value, key));
      }
      if (typeof one !== "string" && typeof one !== "number")
        throw invalid("Inside anything but list, start|null|boolean is not supported.");
      return [readCondition(key, one)];
    });
    return (value) => value !== undefined && !conditions.some((condition) => condition(value));
  },
};

function matchesParts(value: string, parts: readonly string[]): boolean {
  const first = parts[0]!;
  if (parts.length === 1) return value === first;
  const last = parts.at(-1)!;
  if (value.length < first.length + last.length || !value.startsWith(first) || !value.endsWith(last)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = value.indexOf(part, at);
    if (found < 0 || found + part.length > value.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}

function readNumeric(operand: unknown): Condition {
  const compare: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
    "=": (value, limit) => value === limit,
    "<": (value, limit) => value < limit,
    "<=": (value, limit) => value <= limit,
    ">": (value, limit) => value > limit,
    ">=": (value, limit) => value >= limit,
  };
  if (!Array.isArray(operand) || operand.length === 0)
    throw invalid("Value of numeric must be an array that is not empty");
  if (operand.length !== 2 && operand.length !== 4) throw invalid("Too many or too few elements in numeric expression");
  const tests: ((value: number) => boolean)[] = [];
  for (let index = 0; index < operand.length; index += 2) {
    const [operator, limit] = operand.slice(index, index + 2) as [unknown, unknown];
    const test = typeof operator === "string" && Object.hasOwn(compare, operator) ? compare[operator] : undefined;
    if (!test) throw invalid(`Unrecognized numeric range operator: ${JSON.stringify(operator)}`);
    if (typeof limit !== "number") throw invalid(`Value of ${operator} must be numeric`);
    if (Math.abs(limit) > 1e9) throw invalid(`Value of ${operator} must be from -10^9 to 10^9`);
    tests.push((value) => test(value, limit));
  }
  if (operand.length === 4) {
    if (!String(operand[0]).startsWith(">") || !String(operand[2]).startsWith("<"))
      throw invalid(`Bad numeric range operator: ${operand[2]}; a range is [">", low, "<", high]`);
    if ((operand[1] as number) >= (operand[3] as number)) throw invalid("Bottom must be less than top");
  }
  return (value) => typeof value === "number" && tests.every((test) => test(value));
}

const wholeAddress = (address: string): bigint | undefined => {
  const parts = address.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  return parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n);
};

function readCidr(cidr: string): (address: string) => boolean {
  const [address = "", bits = ""] = cidr.split("/");
  const network = wholeAddress(address);
  if (network === undefined || !/^\d{1,2}$/.test(bits) || Number(bits) > 32)
    throw invalid(`Malformed CIDR: ${cidr}; give one of IPv4, such as 10.0.0.0/24`);
  const shift = BigInt(32 - Number(bits));
  return (given) => {
    const value = wholeAddress(given);
    return value !== undefined && value >> shift === network >> shift;
  };
}

/** Attributes of a message as a policy sees them: numbers as numbers, the elements of a String.Array each by itself. */
export function attributesForFilter(
  attributes: Readonly<Record<string, { readonly Type: string; readonly Value: string }>>,
): Record<string, unknown> {
  const seen: Record<string, unknown> = {};
  for (const [name, { Type, Value }] of Object.entries(attributes)) {
    if (Type === "Number" || Type.startsWith("Number.")) seen[name] = Number(Value);
    else if (Type === "String.Array") seen[name] = arrayOf(Value);
    else if (!Type.startsWith("Binary")) seen[name] = Value;
  }
  return seen;
}

function arrayOf(text: string): unknown {
  try {
    const value = JSON.parse(text);
    return Array.isArray(value) ? value : text;
  } catch {
    return text;
  }
}

/** Whether a policy lets a message through. `seen`: its attributes, or its body where that is a JSON object. */
export function passesFilter({ keys, either }: FilterPolicy, seen: unknown): boolean {
  // A list of objects passes where one of them does.
  if (Array.isArray(seen)) return seen.some((one) => passesFilter({ keys, either }, one));
  const values = isObject(seen) ? seen : {};
  for (const [key, wanted] of keys) {
    const value = Object.hasOwn(values, key) ? values[key] : undefined;
    if (Array.isArray(wanted)) {
      if (!passesConditions(wanted, value)) return false;
    } else if (!passesFilter(wanted as FilterPolicy, value)) return false;
  }
  return either.every((branches) => branches.some((branch) => passesFilter(branch, seen)));
}

/** An array passes where an element does, an empty one where the key may be absent. */
function passesConditions(conditions: readonly Condition[], value: unknown): boolean {
  if (!Array.isArray(value)) return conditions.some((condition) => condition(value));
  const elements = value.flat(Number.POSITIVE_INFINITY);
  return conditions.some((condition) =>
    elements.length === 0 ? condition(undefined) : elements.some((element) => condition(element)),
  );
}
