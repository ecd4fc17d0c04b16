import type { ResourceDocument, ResourceQuery } from "./port.ts";

export type Sort = Required<NonNullable<ResourceQuery["sort"]>>;

/** Where a page ended: the value it is sorted by, and the id for documents of equal value. */
export interface PageEnd {
  readonly value: string | number;
  readonly id: string;
}

export const sortOf = (query: ResourceQuery): Sort => ({
  by: query.sort?.by ?? "created",
  descending: query.sort?.descending ?? false,
});

/** What a document is sorted by; one without a status comes before all that have one. */
export function sortValue(document: ResourceDocument, by: Sort["by"]): string | number {
  return by === "name" ? document.key.name : by === "status" ? (document.status ?? "") : document[by];
}

/** The opaque `next` of a page that ends with that document. */
export function pageToken(document: ResourceDocument, { by, descending }: Sort): string {
  return Buffer.from(JSON.stringify([by, descending, sortValue(document, by), document.id])).toString("base64url");
}

/** @throws RangeError when the text was not given by a page of the same sort. */
export function readPageToken(token: string, { by, descending }: Sort): PageEnd {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(token, "base64url").toString());
  } catch {
    parts = undefined;
  }
  if (Array.isArray(parts) && parts.length === 4) {
    const [tokenBy, tokenDescending, value, id] = parts as unknown[];
    const type = by === "created" || by === "modified" ? "number" : "string";
    if (tokenBy === by && tokenDescending === descending && typeof value === type && typeof id === "string")
      return { value: value as string | number, id };
  }
  throw new RangeError("The page token is not one that a page of this list gave");
}

/** @throws RangeError unless it is a whole number from 1 on. */
export function checkLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1) throw new RangeError(`A limit is a whole number from 1 on, not ${limit}`);
}
