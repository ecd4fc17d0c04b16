import { readJsonToken, writeJsonToken } from "../json-token.ts";
import type { Position, Sort } from "./order.ts";
import type { ResourceQuery } from "./port.ts";

/**
 * Tells the tokens of one list from those of others: of other kinds, places and filters. Filters count by their names,
 * since a client may give them in another order for the next page.
 */
export function listMark(kind: string, query: ResourceQuery): string {
  const { account, region, parent, origin, status, nameContains, nameIncludes, namePrefix } = query;
  const { labels, created, modified } = query;
  const asked: unknown[] = [kind, account, region, parent, status, nameContains, namePrefix];
  // Lists that do not ask for these keep the tokens of earlier versions.
  if (origin !== undefined) asked.push(origin);
  if (nameIncludes) asked.push({ nameIncludes });
  return textMark(
    JSON.stringify([asked, labels && inOrder(labels), created && inOrder(created), modified && inOrder(modified)]),
  );
}

/** Members in the order of their names, at every level. */
const inOrder = (value: object): unknown[] =>
  Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, inner]) => [name, typeof inner === "object" && !Array.isArray(inner) ? inOrder(inner) : inner]);

/** FNV-1a of 32 bits: tokens are told apart by it, not protected. */
function textMark(text: string): string {
  let mark = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) mark = Math.imul(mark ^ text.charCodeAt(index), 0x01000193);
  return (mark >>> 0).toString(36);
}

/** Returns the opaque `next` of a page that ends at that position. */
export function pageToken({ value, created, id }: Position, { by, descending }: Sort, mark: string): string {
  return writeJsonToken([by, descending, value, created, id, mark]);
}

/** @throws RangeError when the text was not given by a page of the same list and sort */
export function readPageToken(token: string, { by, descending }: Sort, mark: string): Position {
  const parts = readJsonToken(token);
  if (parts?.length === 6) {
    const [tokenBy, tokenDescending, value, created, id, tokenMark] = parts;
    const isPosition = isSortValue(value, by) && Number.isFinite(created) && typeof id === "string";
    if (tokenBy === by && tokenDescending === descending && tokenMark === mark && isPosition)
      return { value, created: created as number, id };
  }
  throw new RangeError("The page token is not one that a page of this list gave");
}

function isSortValue(value: unknown, by: Sort["by"]): value is Position["value"] {
  if (by === "name") return typeof value === "string";
  if (by === "created" || by === "modified") return typeof value === "number";
  return value === null || typeof value === "string" || (typeof value === "number" && by !== "status");
}

/** @throws RangeError unless it is a whole number from 1 on. */
export function checkLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1) throw new RangeError(`A limit is a whole number from 1 on, not ${limit}`);
}
