import { isContains, labelFilters } from "./matching.ts";
import { type Sort, sortLabel } from "./order.ts";
import type { LabelContains, LabelValue, Range, ResourceQuery } from "./port.ts";
import { indexedOrigin, isIndexedOrigin } from "./sqlite-documents.ts";
import {
  allOf,
  contains,
  labelFilter,
  originIs,
  parentIs,
  presentFilter,
  type Sql,
  type Stream,
  sql,
  startsWith,
  statusIs,
  within,
} from "./sqlite-filters.ts";
import type { SqliteSpaces } from "./sqlite-spaces.ts";

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
  /** Every entry of an index is tested, so this is done once: the rows that match are kept. */
  readonly scans?: boolean;
  /** The columns whose order the index has, when that is the order of the list. */
  readonly order?: readonly string[];
}

/**
 * Yields every index that can give the list's documents, each made when it is asked for: the first serves most lists.
 * `order` is set where it gives them in the list's order; for a sort by status or by a label, the documents that have
 * none are left out.
 */
export function* pathsOf(query: ResourceQuery, stream: Stream, sort: Sort, spaces: SqliteSpaces): Generator<Path> {
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
  yield resources("resource_created", created, ["created"], createdOrder);
  yield resources("resource_name", startsWith(query.namePrefix), ["prefix"], inOrder(sort.by === "name", "r.name"));
  yield resources(
    "resource_modified",
    within("r.modified", query.modified),
    ["modified"],
    inOrder(sort.by === "modified", "r.modified", "r.created", "r.id"),
  );
  if (query.parent !== undefined)
    yield resources("resource_parent", [...parentIs(query.parent), ...created], ["parent", "created"], createdOrder);
  if (query.origin !== undefined && isIndexedOrigin(query.origin))
    yield resources(
      "resource_origin",
      [...originIs(query.origin), sql(indexedOrigin("r.origin")), ...created],
      ["origin", "created"],
      createdOrder,
    );
  if (stream.status !== undefined)
    yield resources("resource_status", [...statusIs(stream.status), ...created], ["status", "created"], createdOrder);
  else if (sort.by === "status")
    yield resources("resource_status", [sql("r.status <> ''")], [presentFilter], ["r.status", "r.created", "r.id"]);
  yield* labelPaths(query, stream, sort, spaces, createdOrder);
}

function* labelPaths(
  query: ResourceQuery,
  stream: Stream,
  sort: Sort,
  spaces: SqliteSpaces,
  createdOrder: readonly string[] | undefined,
): Generator<Path> {
  const rows = { source: "label as l", joined: "label as l cross join resource as r on r.row = l.row", row: "l.row" };
  const owner = spaces.ownerOf(stream.space);
  const sortedBy = sortLabel(sort.by);
  for (const [label, asked] of labelFilters(query)) {
    const space = spaces.find(owner, label)!;
    const serves = [labelFilter(label)];
    if (typeof asked !== "object") {
      const where = allOf([sql("l.space = ? and l.value = ?", space, asked), ...within("l.created", query.created)]);
      const order = createdOrder && ["l.created", "l.id"];
      yield { ...rows, where, serves: [...serves, "created"], order };
    } else {
      const matching = allOf([sql("l.space = ?", space), ...inValues(asked)]);
      const scans = isContains(asked);
      if (!spaces.hasFurther(space)) yield { ...rows, where: matching, serves, scans };
      // A document of which several values match is found once.
      else {
        const rows = sql(`r.row in (select l.row from label as l where ${matching.text})`, ...matching.values);
        yield { ...among(rows), serves, scans };
      }
    }
  }
  const space = sortedBy === undefined ? undefined : spaces.find(owner, sortedBy);
  if (space !== undefined) {
    const asked = labelFilters(query).find(([label]) => label === sortedBy)?.[1];
    const where = [sql("l.space = ? and l.first", space)];
    const serves = [presentFilter];
    if (typeof asked === "object" && !spaces.hasFurther(space)) {
      where.push(...inValues(asked));
      serves.push(labelFilter(sortedBy!));
    }
    yield { ...rows, where: allOf(where), serves, order: ["l.value", "l.created", "l.id"] };
  }
}

/** Returns the documents of certain rows. */
export function among(where: Sql) {
  const source = "resource as r";
  return { source, joined: source, row: "r.row", where };
}

/** Returns the conditions of a label filter on the values of its index. */
const inValues = (asked: Range<LabelValue> | LabelContains): readonly Sql[] =>
  isContains(asked) ? [contains("l.value", asked)] : within("l.value", asked);
