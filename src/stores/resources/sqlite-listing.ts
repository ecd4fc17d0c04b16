import type { Database } from "../database.ts";
import { statusesOf } from "./matching.ts";
import { comparePositions, compareValues, type Position, type Sort, sortLabel } from "./order.ts";
import type { ResourceQuery } from "./port.ts";
import { type Filter, filtersOf, labelColumn, presentFilter, type Stream, sql } from "./sqlite-filters.ts";
import { pathsOf } from "./sqlite-paths.ts";
import type { SqliteRowSets } from "./sqlite-row-sets.ts";
import type { SqliteSpaces } from "./sqlite-spaces.ts";
import { createSqliteWays, fewDocuments, wholePath } from "./sqlite-ways.ts";

/** A document of a page, as it was when the page was made. */
export interface PositionedRow extends Position {
  readonly row: number;
  readonly version: number;
}

/** What is asked of a listing: the first documents behind a position. */
export interface Listed {
  readonly kind: string;
  readonly query: ResourceQuery;
  readonly sort: Sort;
  readonly end?: Position;
  readonly limit: number;
}

/** A list that merges more index entries than this is not simple. */
const mostMerged = 4_000;

/**
 * Finds the rows of a page. Every order ends with the id, so it is total, and the next page begins behind the last
 * document itself (not behind a count): documents made or deleted meanwhile neither repeat nor hide one.
 */
export function createSqliteListing(database: Database, spaces: SqliteSpaces, rowSets: SqliteRowSets) {
  const { statement, countWhere, walk, bestWay } = createSqliteWays(database, rowSets.sequence);

  function streamsOf({ kind, query }: Listed): Stream[] {
    const statuses = statusesOf(query) ?? [undefined];
    return spaces
      .ofKind(kind, query.account, query.region)
      .flatMap((space) => statuses.map((status) => ({ space, status })));
  }

  /** Documents without a value come first: they are a list of their own, in the order of creation. */
  function rowsOf(stream: Stream, { query, sort, end, limit }: Listed): number[] {
    const filters = filtersOf(query, stream, spaces);
    if (!filters) return [];
    const find = (sort: Sort, more: readonly Filter[], limit: number, end?: Position) => {
      const paths = [...pathsOf(query, stream, sort, spaces)];
      const all = [...filters, ...more];
      const setOf = (make: boolean) => rowSets.together(stream.space, all, paths, make);
      return bestWay(all, paths, orderOf(sort, stream), { sort, end, limit }, setOf);
    };
    if (!isOptional(sort, stream) || filters.some(({ name }) => name === sort.by)) return find(sort, [], limit, end);

    const label = sortLabel(sort.by);
    const value = label === undefined ? "nullif(r.status, '')" : labelColumn(label);
    const present = (limit: number, end?: Position) =>
      label !== undefined && spaces.find(spaces.ownerOf(stream.space), label) === undefined
        ? []
        : find(sort, [{ name: presentFilter, test: sql(`${value} is not null`) }], limit, end);
    const isAbsent = { name: "absent", test: sql(`${value} is null`), lacks: { label } };
    const absent = (limit: number, end?: Position) => find({ ...sort, by: "created" }, [isAbsent], limit, end);
    const [first, second] = sort.descending ? [present, absent] : [absent, present];
    if (end && (end.value === null) === sort.descending) return second(limit, end);
    const rows = first(limit, end);
    return rows.length === limit ? rows : [...rows, ...second(limit - rows.length)];
  }

  function positionsOf(rows: readonly number[], { by }: Sort): PositionedRow[] {
    const label = sortLabel(by);
    const value = label === undefined ? (by === "status" ? "nullif(r.status, '')" : `r.${by}`) : labelColumn(label);
    const positions = statement<PositionedRow>(
      `select r.row, r.id, r.version, r.created, ${value} as value
       from json_each(?) as asked cross join resource as r on r.row = asked.value order by asked.key`,
    );
    return positions.all(JSON.stringify(rows));
  }

  /** Returns the first of several streams' documents; each stream is in order. */
  function merged(streams: readonly (readonly number[])[], { sort, limit }: Listed): PositionedRow[] {
    const rows = streams.flatMap((rows) => positionsOf(rows, sort));
    if (streams.length > 1) rows.sort((a, b) => comparePositions(a, b, sort));
    return rows.slice(0, limit);
  }

  return {
    /** The rows, when one index gives the filter and the order; else undefined. */
    simple(listed: Listed): readonly number[] | undefined {
      const { query, sort, limit } = listed;
      const streams = streamsOf(listed);
      if (streams.length > 1 && streams.length * limit > mostMerged) return undefined;
      const found: number[][] = [];
      for (const { stream, end } of begun(streams, listed)) {
        if (isOptional(sort, stream)) return undefined;
        const filters = filtersOf(query, stream, spaces);
        if (!filters) continue;
        const whole = wholePath(filters, pathsOf(query, stream, sort, spaces));
        if (!whole) return undefined;
        found.push(walk(whole, filters, { sort, end, limit }));
      }
      return found.length > 1 ? merged(found, listed).map(({ row }) => row) : (found[0] ?? []);
    },

    /** Whether the list is one of so few documents that any way to make it is cheap. */
    isSmall({ kind, query }: Listed): boolean {
      let left = fewDocuments;
      for (const space of spaces.ofKind(kind, query.account, query.region)) {
        left -= countWhere("resource as r indexed by resource_created", sql("r.space = ?", space), left + 1);
        if (left < 0) return false;
      }
      return true;
    },

    /** The rows of any list, with their positions. */
    page(listed: Listed): PositionedRow[] {
      const streams = begun(streamsOf(listed), listed);
      return merged(
        streams.map(({ stream, end }) => rowsOf(stream, { ...listed, end })),
        listed,
      );
    },
  };
}

/** Whether the documents of a stream may have nothing to be sorted by. */
const isOptional = ({ by }: Sort, { status }: Stream) =>
  by === "status" ? status === undefined : sortLabel(by) !== undefined;

/**
 * Returns the columns that documents are sorted by. Names are unique in a stream; documents of one status tie in it.
 */
function orderOf({ by }: Sort, { status }: Stream): readonly string[] {
  if (by === "name") return ["r.name"];
  if (by === "created" || (by === "status" && status !== undefined)) return ["r.created", "r.id"];
  const label = sortLabel(by);
  return [label === undefined ? `r.${by}` : labelColumn(label), "r.created", "r.id"];
}

/**
 * Returns where each stream goes on. Sorted by status, a stream of one status lies before, at or behind the end of a
 * page.
 */
function begun(streams: readonly Stream[], { sort, end }: Listed): { stream: Stream; end: Position | undefined }[] {
  if (!end || sort.by !== "status") return streams.map((stream) => ({ stream, end }));
  return streams.flatMap((stream) => {
    const ascending =
      stream.status === undefined ? 0 : end.value === null ? 1 : compareValues(stream.status, end.value);
    const order = sort.descending ? -ascending : ascending;
    return order < 0 ? [] : [{ stream, end: order === 0 ? end : undefined }];
  });
}
