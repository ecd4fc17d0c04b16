import type { Place, Sort } from "./order.ts";

/** The opaque `next` of a page that ends at that place. */
export function pageToken({ value, created, id }: Place, { by, descending }: Sort): string {
  return Buffer.from(JSON.stringify([by, descending, value, created, id])).toString("base64url");
}

/** @throws RangeError when the text was not given by a page of the same sort. */
export function readPageToken(token: string, { by, descending }: Sort): Place {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(token, "base64url").toString());
  } catch {
    parts = undefined;
  }
  if (Array.isArray(parts) && parts.length === 5) {
    const [tokenBy, tokenDescending, value, created, id] = parts as unknown[];
    const isPlace = isSortValue(value, by) && typeof created === "number" && typeof id === "string";
    if (tokenBy === by && tokenDescending === descending && isPlace) return { value, created, id };
  }
  throw new RangeError("The page token is not one that a page of this list gave");
}

function isSortValue(value: unknown, by: Sort["by"]): value is Place["value"] {
  if (by === "name") return typeof value === "string";
  if (by === "created" || by === "modified") return typeof value === "number";
  return value === null || typeof value === "string" || (typeof value === "number" && by !== "status");
}

/** @throws RangeError unless it is a whole number from 1 on. */
export function checkLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1) throw new RangeError(`A limit is a whole number from 1 on, not ${limit}`);
}
