import type { Database } from "../database.ts";
import type { Position, Sort } from "./order.ts";
import { allOf, type Bound, type Filter, type Sql, sql } from "./sqlite-filters.ts";
import { among, type Path } from "./sqlite-paths.ts";
import type { Candidates } from "./sqlite-row-sets.ts";
import { createStatements } from "./sqlite-statements.ts";

/** A list of at most this many documents is cheap by any path. */
export const fewDocuments = 1_000;

/** The part of one stream that a page needs. */
export interface Asked {
  readonly sort: Sort;
  readonly end?: Position;
  readonly limit: number;
}

const mostLongPaths = 256;

/**
 * Finds the rows of one stream in order, along the paths that there are.
 * @param sequence gives the number of the store's latest change
 */
export function createSqliteWays(database: Database, sequence: () => number) {
  const statement = createStatements(database);
  /** Paths that were longer than what was looked for, with a count that they had at the change of that number. */
  const longPaths = new Map<string, { readonly count: number; readonly sequence: number }>();

  /**
   * Follows a path that has the list's order, up to a position. Of the documents only `candidates` are looked at:
   * SQLite first gathers their row numbers from an index, so it reads no other row.
   */
  function walk(
    path: Path,
    filters: readonly Filter[],
    asked: Asked,
    { upTo, candidates }: { upTo?: readonly Bound[] | undefined; candidates?: Path | undefined } = {},
  ): number[] {
    const tests = filters
      .filter(({ name }) => !path.serves.includes(name) && !candidates?.serves.includes(name))
      .map(({ test }) => test);
    const { text, values } = allOf([
      path.where,
      ...beyond(path.order!, asked),
      ...until(path.order!, upTo, asked),
      ...(candidates ? [isAmong(path, candidates)] : []),
      ...tests,
    ]);
    const from = tests.length > 0 ? path.joined : path.source;
    const found = statement<number>(
      `select ${path.row} from ${from} where ${text} ${orderBy(path.order!, asked.sort)} limit ?`,
    ).pluck();
    return found.all(...values, asked.limit);
  }

  /** Returns the position so many steps along a path; undefined when it is shorter. */
  function positionAfter(path: Path, asked: Asked, steps: number): readonly Bound[] | undefined {
    const { text, values } = allOf([path.where, ...beyond(path.order!, asked)]);
    const columns = path.order!.join(", ");
    return statement<Bound[]>(
      `select ${columns} from ${path.source} where ${text} ${orderBy(path.order!, asked.sort)} limit 1 offset ?`,
    )
      .raw()
      .get(...values, steps) as Bound[] | undefined;
  }

  /** Fetches every document of a path and sorts those that match. */
  function sorted(path: Path, filters: readonly Filter[], order: readonly string[], asked: Asked): number[] {
    const tests = filters.filter(({ name }) => !path.serves.includes(name)).map(({ test }) => test);
    const { text, values } = allOf([path.where, ...tests, ...beyond(order, asked)]);
    const found = statement<number>(
      `select ${path.row} from ${path.joined} where ${text} ${orderBy(order, asked.sort)} limit ?`,
    ).pluck();
    return found.all(...values, asked.limit);
  }

  function countWhere(source: string, { text, values }: Sql, most = -1): number {
    return statement<number>(`select count(*) from (select 1 from ${source} where ${text} limit ?)`)
      .pluck()
      .get(...values, most)!;
  }

  /**
   * Returns the rows of one stream. Either the candidates of the most selective filter are fetched and sorted, or an
   * index in the list's order is followed until enough have passed the tests. Neither is known to be short beforehand,
   * so the walk is given a number of steps, and more each time that the candidates are more than these. When the
   * candidates could be counted, a step only looks whether it is one of them, which is cheap, so it is given as many.
   * When the first walk is too short, sets of the documents are made that each filter lets through; they tell how many
   * are left.
   */
  function bestWay(
    filters: readonly Filter[],
    paths: readonly Path[],
    order: readonly string[],
    asked: Asked,
    setOf: (make: boolean) => Candidates | undefined,
  ): number[] {
    const whole = wholePath(filters, paths);
    if (whole) return walk(whole, filters, asked);
    const ordered = paths.filter((path) => path.order);
    const selective = paths.filter(({ serves }) => filters.some(({ name }) => serves.includes(name)));
    let set = setOf(false);
    if (selective.length === 0 && !set) return walk(ordered[0]!, filters, asked);
    for (let steps = Math.max(fewDocuments, 12 * asked.limit); ; steps *= 8) {
      if (set?.count === 0) return [];
      const most = steps * 4;
      const best = smallest(selective.length > 0 ? selective : ordered, most, set);
      if (best.path.order && best.count < most) return walk(best.path, filters, asked);
      if (best.count <= steps) return sorted(best.path, filters, order, asked);
      const way = best.path.order ? best.path : (ordered.find((path) => selective.includes(path)) ?? ordered[0]!);
      const candidates = best.count < most && best.path !== way ? best.path : undefined;
      const upTo = positionAfter(way, asked, candidates ? steps * 8 : steps);
      const rows = walk(way, filters, asked, { upTo, candidates });
      if (upTo === undefined || rows.length === asked.limit) return rows;
      set ??= setOf(true);
    }
  }

  /** Counting stops at `most`. */
  function smallest(paths: readonly Path[], most: number, set: Candidates | undefined): { path: Path; count: number } {
    let best: { path: Path; count: number } = { path: paths[0]!, count: most };
    if (set && set.count < most) best = { path: { ...among(set.where()), serves: [] }, count: set.count };
    for (const path of paths) {
      const found = path.scans ? gathered(path, best.count) : { path, count: countUpTo(path, best.count) };
      if (found.count < best.count) best = found;
    }
    return best;
  }

  /**
   * Counts the entries of a path; those beyond `most` do not matter. A long path is counted to twice as many, and is then
   * known to be long until that many changes have been made, because a change takes one entry at most.
   */
  function countUpTo({ source, where }: Path, most: number): number {
    const name = JSON.stringify([source, where]);
    const known = longPaths.get(name);
    const now = sequence();
    const atLeast = known && known.sequence <= now ? known.count - (now - known.sequence) : 0;
    if (atLeast >= most) return most;
    const count = countWhere(source, where, 2 * most);
    if (count < most) return count;
    if (longPaths.size >= mostLongPaths) longPaths.clear();
    longPaths.set(name, { count, sequence: now });
    return most;
  }

  /** Returns the rows of a path, up to `most`, as a path. */
  function gathered(path: Path, most: number): { path: Path; count: number } {
    const { source, row, where, serves } = path;
    const rows = statement<number>(`select ${row} from ${source} where ${where.text} limit ?`)
      .pluck()
      .all(...where.values, most);
    const listed = among(sql("r.row in (select value from json_each(?))", JSON.stringify(rows)));
    return { path: { ...listed, serves }, count: rows.length };
  }

  return { statement, countWhere, walk, bestWay };
}

const isAmong = ({ row }: Path, { row: candidate, source, where }: Path): Sql => ({
  text: `${row} in (select ${candidate} from ${source} where ${where.text})`,
  values: where.values,
});

/** Returns the first path that gives the filter and the order. */
export function wholePath(filters: readonly Filter[], paths: Iterable<Path>): Path | undefined {
  for (const path of paths) if (path.order && filters.every(({ name }) => path.serves.includes(name))) return path;
  return undefined;
}

const orderBy = (order: readonly string[], { descending }: Sort) =>
  `order by ${order.map((column) => `${column} ${descending ? "desc" : "asc"}`).join(", ")}`;

/** Behind the end of the page before. */
function beyond(order: readonly string[], { sort, end }: Asked): Sql[] {
  if (!end) return [];
  const { value, created, id } = end;
  const operator = sort.descending ? "<" : ">";
  if (order.length === 2) return [sql(`(${order.join(", ")}) ${operator} (?, ?)`, created, id)];
  if (order.length === 3) return [sql(`(${order.join(", ")}) ${operator} (?, ?, ?)`, value!, created, id)];
  const [name] = order;
  const beside = `${name} ${operator} ? or (r.created, r.id) ${operator} (?, ?)`;
  return [sql(`${name} ${operator}= ? and (${beside})`, value!, value!, created, id)];
}

/** Not behind a position of an index. */
function until(order: readonly string[], position: readonly Bound[] | undefined, { sort }: Asked): Sql[] {
  if (!position) return [];
  const marks = order.map(() => "?").join(", ");
  return [sql(`(${order.join(", ")}) ${sort.descending ? ">=" : "<="} (${marks})`, ...position)];
}
