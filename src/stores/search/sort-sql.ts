import { readJsonToken, writeJsonToken } from "../json-token.ts";
/** How the found entries are ordered: columns of each, the order by them, and the condition to come after a position. */
export interface SortSql {
  readonly columns: string;
  readonly by: string;
  /** Takes the four values of a position. */
  readonly after: string;
}

/** The values that a page ends with: whether the property is there, its number, its text, and the id. */
type Position = readonly [present: number, number: number, text: string, id: string];

/**
 * Numbers come before texts, and entries without the property last, in both directions.
 *
 * @param path the number of the property's path; undefined when no entry has it
 */
export function sortSql(path: number | undefined, descending: boolean): SortSql {
  // The plus keeps SQLite from walking the index of the path's values in search of the smallest.
  const value = (column: string, without: string) =>
    path === undefined
      ? without
      : `coalesce((select min(+${column}) from property where entry = entry.row and path = ${path}), ${without})`;
  const isThere =
    path === undefined ? "0" : `exists (select 1 from property where entry = entry.row and path = ${path})`;
  const direction = descending ? "desc" : "asc";
  const present = descending ? isThere : `not ${isThere}`;
  const names = ["present", "number", "text", "id"];
  return {
    columns: `${present} as present, ${value("number", "0")} as number, ${value("text", "''")} as text`,
    by: names.map((name) => `${name} ${direction}`).join(", "),
    after: `(${names.join(", ")}) ${descending ? "<" : ">"} (?, ?, ?, ?)`,
  };
}

/** Returns a page token that `readPosition` reads. */
export const writePosition = (row: {
  readonly present: number;
  readonly number: number;
  readonly text: string;
  readonly id: string;
}): string => writeJsonToken([row.present, row.number, row.text, row.id]);

/** @throws RangeError for a token that no page gave */
export function readPosition(token: string): Position {
  const parts = readJsonToken(token) ?? [];
  if (parts.map((value) => typeof value).join(" ") === "number number string string")
    return parts as unknown as Position;
  throw new RangeError("The page token is not one that a page of found entries gave");
}
