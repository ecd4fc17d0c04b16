import { hash } from "node:crypto";
import type { Place, Sort } from "./order.ts";
import type { ResourceQuery } from "./port.ts";

/** Tells the tokens of one list from those of others: of other kinds, places and filters. */
export function listMark(kind: string, { after: _after, limit: _limit, sort: _sort, ...asked }: ResourceQuery): string {
  return hash("sha1", JSON.stringify([kind, asked], inOrder), "base64url").slice(0, 12);
}

/** Members in the order of their names: a client may give its filters in another order for the next page. */
const inOrder = (_: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/** The opaque `next` of a page that ends at that place. */
export function pageToken({ value, created, id }: Place, { by, descending }: Sort, mark: string): string {
  return Buffer.from(JSON.stringify([by, descending, value, created, id, mark])).toString("base64url");
}

/** @throws RangeError when the text was not given by a page of the same list and sort */
export function readPageToken(token: string, { by, descending }: Sort, mark: string): Place {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(token, "base64url").toString());
  } catch {
    parts = undefined;
  }
  if (Array.isArray(parts) && parts.length === 6) {
    const [tokenBy, tokenDescending, value, created, id, tokenMark] = parts as unknown[];
    const isPlace = isSortValue(value, by) && Number.isFinite(created) && typeof id === "string";
    if (tokenBy === by && tokenDescending === descending && tokenMark === mark && isPlace)
      return { value, created: created as number, id };
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
