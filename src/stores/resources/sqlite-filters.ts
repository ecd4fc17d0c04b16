import { isContains, labelFilters } from "./matching.ts";
import type { LabelContains, LabelValue, Range, ResourceQuery } from "./port.ts";
import type { SqliteSpaces } from "./sqlite-spaces.ts";

export type Bound = string | number;

/** Part of a statement, with the values that it binds. */
export interface Sql {
  readonly text: string;
  readonly values: readonly Bound[];
}

/** The part of a list that lies in one space and has one status, if the list asks for statuses. */
export interface Stream {
  readonly space: number;
  readonly status?: string;
}

/** A condition of a list, as a test of the row `r`. */
export interface Filter {
  readonly name: string;
  readonly test: Sql;
  /** Set when the condition is to have no value of that label, or no status when no label is named. */
  readonly lacks?: { readonly label: string | undefined };
}

export const sql = (text: string, ...values: readonly Bound[]): Sql => ({ text, values });

export const allOf = (parts: readonly Sql[]): Sql => ({
  text: parts.map(({ text }) => text).join(" and "),
  values: parts.flatMap(({ values }) => values),
});

/** The smallest value that a document has of a label, null without one; in the order of `compareValues`. */
export const labelColumn = (label: string) => `(select min(atom) from json_each(r.labels, '${jsonPath(label)}'))`;

const jsonPath = (label: string) => `$."${label}"`;

/** Returns the conditions of a list in one stream; undefined when no document can meet them. */
export function filtersOf(query: ResourceQuery, stream: Stream, spaces: SqliteSpaces): Filter[] | undefined {
  const filters: Filter[] = [];
  const add = (name: string, conditions: readonly Sql[]) => {
    if (conditions.length > 0) filters.push({ name, test: allOf(conditions) });
  };
  const { parent, origin, nameContains, namePrefix } = query;
  if (stream.status !== undefined) add("status", statusIs(stream.status));
  if (parent !== undefined) add("parent", parentIs(parent));
  if (origin !== undefined) add("origin", originIs(origin));
  if (nameContains) add("contains", [like("r.name", nameContains)]);
  if (namePrefix) add("prefix", startsWith(namePrefix));
  add("created", within("r.created", query.created));
  add("modified", within("r.modified", query.modified));
  if (query.nameIncludes) add("includes", [sql("instr(r.name, ?) > 0", query.nameIncludes)]);
  for (const [label, asked] of labelFilters(query)) {
    if (spaces.find(spaces.ownerOf(stream.space), label) === undefined) return undefined;
    const { text, values } = allOf(
      typeof asked !== "object"
        ? [sql("atom = ?", asked)]
        : isContains(asked)
          ? [contains("atom", asked)]
          : [sql("atom is not null"), ...within("atom", asked)],
    );
    const test = `exists (select 1 from json_each(r.labels, '${jsonPath(label)}') where ${text})`;
    add(labelFilter(label), [sql(test, ...values)]);
  }
  return filters;
}

/** SQLite's LIKE ignores the case of A to Z alone. */
const like = (column: string, part: string): Sql =>
  sql(`${column} like ? escape '\\'`, `%${part.replace(/[%_\\]/g, "\\$&")}%`);

export const contains = (column: string, asked: LabelContains): Sql =>
  allOf([sql(`typeof(${column}) = 'text'`), like(column, asked.contains)]);

/** The filter of documents that have what the list is sorted by. */
export const presentFilter = "present";
export const labelFilter = (label: string) => `label:${label}`;
export const statusIs = (status: string) => [sql("r.status = ? and r.status <> ''", status)];
export const parentIs = (parent: string) => [sql("r.parent = ? and r.parent <> ''", parent)];

export const originIs = (origin: string) => [sql("r.origin = ? and r.origin <> ''", origin)];

export function within(column: string, range: Range<LabelValue> | undefined): Sql[] {
  if (range === undefined) return [];
  const { after, before, from, to } = range;
  const given = [
    [">", after],
    ["<", before],
    [">=", from],
    ["<=", to],
  ] as const;
  return given.flatMap(([operator, value]) => (value === undefined ? [] : [sql(`${column} ${operator} ?`, value)]));
}

export function startsWith(prefix: string | undefined): Sql[] {
  if (!prefix) return [];
  const end = endOfPrefix(prefix);
  return [sql("r.name >= ?", prefix), ...(end === undefined ? [] : [sql("r.name < ?", end)])];
}

/** Returns the first text behind all that begin with the prefix, in the order of code points. */
function endOfPrefix(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0)!);
  while (points.at(-1) === 0x10ffff) points.pop();
  const last = points.pop();
  if (last === undefined) return undefined;
  // The code points between are surrogates, which are not characters.
  return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1);
}
