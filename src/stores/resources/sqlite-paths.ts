import { isContains, labelFilters } from "./matching.ts";
import { type Sort, sortLabel } from "./order.ts";
import type { LabelValue, Range, ResourceQuery } from "./port.ts";
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
}

/** An index and the part of it that holds every document of the list. */
export interface Path {
  /** Without the documents' rows when only the index is read. */
  readonly source: string;
  /** With the rows as `r`. */
  readonly joined: string;
  readonly row: string;
  readonly where: Sql;
  /** The filters that `where` has already seen to. */
  readonly serves: readonly string[];
  /** The columns whose order the index has, when that is the order of the list. */
  readonly order?: readonly string[];
}

export const sql = (text: string, ...values: readonly Bound[]): Sql => ({ text, values });

export const allOf = (parts: readonly Sql[]): Sql => ({
  text: parts.map(({ text }) => text).join(" and "),
  values: parts.flatMap(({ values }) => values),
});

/** The smallest value that a document has of a label, null without one; in the order of `compareValues`. */
export const labelColumn = (label: string) => `(select min(atom) from json_each(r.labels, '${jsonPath(label)}'))`;

const jsonPath = (label: string) => `$."${label}"`;

/** The conditions of a list in one stream; undefined when no document can meet them. */
export function filtersOf(query: ResourceQuery, stream: Stream, spaces: SqliteSpaces): Filter[] | undefined {
  const filters: Filter[] = [];
  const add = (name: string, conditions: readonly Sql[]) => {
    if (conditions.length > 0) filters.push({ name, test: allOf(conditions) });
  };
  const { parent, nameContains, namePrefix } = query;
  if (stream.status !== undefined) add("status", statusIs(stream.status));
  if (parent !== undefined) add("parent", parentIs(parent));
  if (nameContains) add("contains", [sql("r.name like ? escape '\\'", `%${nameContains.replace(/[%_\\]/g, "\\$&")}%`)]);
  if (namePrefix) add("prefix", startsWith(namePrefix));
  add("created", within("r.created", query.created));
  add("modified", within("r.modified", query.modified));
  for (const [label, asked] of labelFilters(query)) {
    if (spaces.find(spaces.ownerOf(stream.space), label) === undefined) return undefined;
    const { text, values } = allOf(
      typeof asked !== "object"
        ? [sql("atom = ?", asked)]
        : isContains(asked)
          ? [sql("typeof(atom) = 'text' and instr(lower(atom), lower(?)) > 0", asked.contains)]
          : [sql("atom is not null"), ...within("atom", asked)],
    );
    const test = `exists (select 1 from json_each(r.labels, '${jsonPath(label)}') where ${text})`;
    add(labelFilter(label), [sql(test, ...values)]);
  }
  return filters;
}

const labelFilter = (label: string) => `label:${label}`;
const statusIs = (status: string) => [sql("r.status = ? and r.status <> ''", status)];
const parentIs = (parent: string) => [sql("r.parent = ? and r.parent <> ''", parent)];

/**
 * Every index that can give the list's documents. `order` is set where it gives them in the list's order; for a sort by
 * status or by a label, the documents that have none are left out.
 */
export function pathsOf(query: ResourceQuery, stream: Stream, sort: Sort, spaces: SqliteSpaces): Path[] {
  const byCreated = sort.by === "created" || (sort.by === "status" && stream.status !== undefined);
  const inOrder = (is: boolean, ...order: string[]) => (is ? order : undefined);
  const created = within("r.created", query.created);
  const resources = (index: string, where: readonly Sql[], serves: readonly string[], order?: readonly string[]) => {
    const source = `resource as r indexed by ${index}`;
    return {
      source,
      joined: source,
      row: "r.row",
      where: allOf([sql("r.space = ?", stream.space), ...where]),
      serves,
      order,
    };
  };
  const createdOrder = inOrder(byCreated, "r.created", "r.id");
  const paths: Path[] = [
    resources("resource_created", created, ["created"], createdOrder),
    resources("resource_name", startsWith(query.namePrefix), ["prefix"], inOrder(sort.by === "name", "r.name")),
    resources(
      "resource_modified",
      within("r.modified", query.modified),
      ["modified"],
      inOrder(sort.by === "modified", "r.modified", "r.created", "r.id"),
    ),
  ];
  if (query.parent !== undefined)
    paths.push(
      resources("resource_parent", [...parentIs(query.parent), ...created], ["parent", "created"], createdOrder),
    );
  if (stream.status !== undefined)
    paths.push(
      resources("resource_status", [...statusIs(stream.status), ...created], ["status", "created"], createdOrder),
    );
  else if (sort.by === "status")
    paths.push(resources("resource_status", [sql("r.status <> ''")], ["present"], ["r.status", "r.created", "r.id"]));
  return [...paths, ...labelPaths(query, stream, sort, spaces, createdOrder)];
}

function labelPaths(
  query: ResourceQuery,
  stream: Stream,
  sort: Sort,
  spaces: SqliteSpaces,
  createdOrder: readonly string[] | undefined,
): Path[] {
  const rows = { source: "label as l", joined: "label as l cross join resource as r on r.row = l.row", row: "l.row" };
  const owner = spaces.ownerOf(stream.space);
  const paths: Path[] = [];
  const sortedBy = sortLabel(sort.by);
  for (const [label, asked] of labelFilters(query)) {
    const space = spaces.find(owner, label)!;
    const serves = [labelFilter(label)];
    if (typeof asked !== "object") {
      const where = allOf([sql("l.space = ? and l.value = ?", space, asked), ...within("l.created", query.created)]);
      const order = createdOrder && ["l.created", "l.id"];
      paths.push({ ...rows, where, serves: [...serves, "created"], order });
    } else if (!isContains(asked)) {
      const { text, values } = allOf([sql("l.space = ?", space), ...within("l.value", asked)]);
      // A document with several values in the range is found once.
      const source = "resource as r";
      const where = sql(`r.row in (select l.row from label as l where ${text})`, ...values);
      paths.push({ source, joined: source, row: "r.row", where, serves });
    }
  }
  const space = sortedBy === undefined ? undefined : spaces.find(owner, sortedBy);
  if (space !== undefined) {
    const asked = labelFilters(query).find(([label]) => label === sortedBy)?.[1];
    const where = [sql("l.space = ? and l.first", space)];
    const serves = ["present"];
    if (typeof asked === "object" && !isContains(asked) && !spaces.hasFurther(space)) {
      where.push(...within("l.value", asked));
      serves.push(labelFilter(sortedBy!));
    }
    paths.push({ ...rows, where: allOf(where), serves, order: ["l.value", "l.created", "l.id"] });
  }
  return paths;
}

function within(column: string, range: Range<LabelValue> | undefined): Sql[] {
  const { after, before, from, to } = range ?? {};
  const given = [
    [">", after],
    ["<", before],
    [">=", from],
    ["<=", to],
  ] as const;
  return given.flatMap(([operator, value]) => (value === undefined ? [] : [sql(`${column} ${operator} ?`, value)]));
}

function startsWith(prefix: string | undefined): Sql[] {
  if (!prefix) return [];
  const end = endOfPrefix(prefix);
  return [sql("r.name >= ?", prefix), ...(end === undefined ? [] : [sql("r.name < ?", end)])];
}

/** The first text behind all that begin with the prefix, in the order of code points. */
function endOfPrefix(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0)!);
  while (points.at(-1) === 0x10ffff) points.pop();
  const last = points.pop();
  if (last === undefined) return undefined;
  // The code points between are no characters.
  return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1);
}
