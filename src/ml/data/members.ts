/** A document that lacks a member, or has a value of another kind in its place. */
export class MemberError extends Error {}

const refuse = (value: unknown, where: string, what: string): never => {
  throw new MemberError(value === undefined ? `it has no ${where}` : `its ${where} is no ${what}`);
};

/** Returns a value of a document that was read, when it is an object. `where`: its place, for the error. */
export function objectOf(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  return refuse(value, where, "object");
}

export function listOf(value: unknown, where: string): readonly unknown[] {
  return Array.isArray(value) ? value : refuse(value, where, "list");
}

export function textOf(value: unknown, where: string): string {
  return typeof value === "string" ? value : refuse(value, where, "text");
}

/** `isNumber`: what counts as a number there, where it is not numbers alone. */
export function numbersOf(
  value: unknown,
  where: string,
  isNumber: (one: unknown) => boolean = (one) => typeof one === "number",
): readonly number[] {
  const list = listOf(value, where);
  return list.every(isNumber) ? (list as readonly number[]) : refuse(value, where, "list of numbers");
}

/** Returns a whole number from 0 on; the text of one counts as one. */
export function countOf(value: unknown, where: string, most: number): number {
  const count = typeof value === "string" ? Number(value) : value;
  if (typeof count === "number" && Number.isInteger(count) && count >= 0 && count <= most) return count;
  return refuse(value, where, `whole number from 0 to ${most}`);
}
