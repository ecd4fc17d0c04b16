import type { PropertyValue } from "../../../stores/search/port.ts";
import { pairs } from "./searched-properties.ts";

/** The longest text that is kept to be compared. */
const mostCharacters = 4096;

/** Returns the values of all properties of a record, by which it is found. */
export function propertyValues(record: Readonly<Record<string, unknown>>): PropertyValue[] {
  const values: PropertyValue[] = [];
  const add = (path: string, value: unknown, item: number, inList: boolean): void => {
    if (value === undefined || value === null || value instanceof Uint8Array) return;
    if (Array.isArray(value)) {
      for (const [index, element] of value.entries()) add(path, element, inList ? item : index, true);
    } else if (value instanceof Date) values.push({ path, item, number: value.getTime() });
    else if (typeof value === "object") {
      for (const [name, inner] of Object.entries(value)) add(path ? `${path}.${name}` : name, inner, item, inList);
    } else values.push({ path, item, ...scalar(value) });
  };
  add("", record, 0, false);
  for (const [list, { open, key, value, all }] of Object.entries(pairs)) {
    // A member of this name may be something else in another kind's record.
    const elements = (Array.isArray(record[list]) ? record[list] : []) as readonly Readonly<Record<string, unknown>>[];
    for (const element of elements) {
      values.push({ path: `${open}${element[key]}`, item: 0, ...scalar(element[value]) });
      if (all) for (const part of [key, value]) values.push({ path: all, item: 0, ...scalar(element[part]) });
    }
  }
  return values;
}

/** A text that is a number can be compared as one: hyperparameters are texts. */
function scalar(value: unknown): Pick<PropertyValue, "text" | "number"> {
  const text = String(value).slice(0, mostCharacters);
  const number = readNumber(text);
  return number === undefined ? { text } : { text, number };
}

/** Returns the number that a text is; undefined when it is none. */
export function readNumber(text: string): number | undefined {
  const number = /^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}
