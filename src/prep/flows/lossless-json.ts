/**
 * JSON that is written as it was read: a number whose text a double would change ("1.0", "-1767228197713558300") is kept
 * as it stands. Blanks between the members are not kept.
 */

/** What the engine has for a number that keeps its text. */
interface RawJson {
  readonly rawJSON: string;
}
declare const rawNumber: unique symbol;
/** A number that keeps its text. */
export type RawNumber = RawJson & { readonly [rawNumber]: true };

type Reviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown;
const engine = JSON as unknown as {
  parse(text: string, reviver: Reviver): unknown;
  rawJSON(text: string): RawNumber;
};

/** @throws SyntaxError */
export const readLossless = (text: string): unknown =>
  engine.parse(text, (_key, value, { source }) =>
    typeof value === "number" && source !== undefined && String(value) !== source ? engine.rawJSON(source) : value,
  );

/** Writes what was read, in one line, or with an indentation. */
export const writeLossless = (value: unknown, indent?: number): string => JSON.stringify(value, undefined, indent);

/** Returns a value of a flow with plain numbers in place of those that keep their text. */
export function plainOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainOf);
  if (typeof value !== "object" || value === null) return value;
  if ("rawJSON" in value) return Number((value as RawJson).rawJSON);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plainOf(member)]));
}
