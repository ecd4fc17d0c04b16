import type { Database } from "../database.ts";
import {
  addRows,
  bitsUpTo,
  countRows,
  intersection,
  type RowBits,
  removeRows,
  rowsIn,
  withRoomFor,
} from "./row-bits.ts";
import { allOf, type Filter, presentFilter, type Sql, sql } from "./sqlite-filters.ts";
import type { Path } from "./sqlite-paths.ts";
import type { SqliteSpaces } from "./sqlite-spaces.ts";
import { createStatements } from "./sqlite-statements.ts";

const mostSets = 64;
/** Where more tests of changed documents than these are due, the sets are made anew. */
const mostTests = 10_000;

interface RowSet {
  readonly space: number;
  readonly test: Sql;
  bits: RowBits;
}

/** Every document that matches is among them; some that do not may be, too. */
export interface Candidates {
  readonly count: number;
  /** As a condition of the row `r`. */
  where(): Sql;
}

export interface SqliteRowSets {
  /** Brings the sets to the state of the database. Called first in the transaction of each page. */
  follow(): void;
  forget(): void;
  /** The number of the latest change that the sets have followed. */
  sequence(): number;
  /**
   * The documents of a space that meet those filters of which there are sets; undefined when an index says as much. With
   * `make`, sets that are missing are made, which reads the part of an index that each path has.
   */
  together(space: number, filters: readonly Filter[], paths: readonly Path[], make: boolean): Candidates | undefined;
}

/**
 * Sets of the documents that meet a filter: a value of a label, a range of times, a status, or the lack of a label.
 * Where many documents meet each of two filters and few meet both, a walk along an index is long, and an intersection of
 * two sets takes microseconds. A set is made when a list needs it, and the change feed keeps it true. A deleted document
 * stays in it and its row number may be used again, so filters are tested once more on what is found.
 */
export function createSqliteRowSets(
  database: Database,
  spaces: SqliteSpaces,
  { eager = false }: { readonly eager?: boolean | undefined } = {},
): SqliteRowSets {
  const sets = new Map<string, RowSet>();
  let sequence = 0;

  const newest = database.prepare<[], number | null>("select max(sequence) from feed").pluck();
  const entries = database.prepare<[number], { space: number; name: string }>(
    "select space, name from feed where sequence > ?",
  );
  const lastRow = database.prepare<[], number | null>("select max(row) from resource").pluck();
  const prepared = createStatements(database);
  const numbers = ({ text, values }: Sql) =>
    prepared<number>(text)
      .pluck()
      .all(...values);

  function follow(): void {
    const last = newest.get() ?? 0;
    const missed = last - sequence;
    if (sets.size > 0 && missed > 0) {
      const changed = missed * sets.size > mostTests ? [] : entries.all(sequence);
      // The feed's numbers have no gaps: fewer entries mean that some are no longer kept.
      if (changed.length < missed) sets.clear();
      else for (const { space, name } of changed) testAnew(space, name);
    }
    sequence = last;
  }

  function testAnew(space: number, name: string): void {
    for (const set of sets.values()) {
      if (set.space !== space) continue;
      const { text, values } = set.test;
      const found = prepared(`select r.row, (${text}) from resource as r where r.space = ? and r.name = ?`)
        .raw()
        .get(...values, space, name) as [row: number, isIn: 0 | 1 | null] | undefined;
      if (!found) continue;
      const [row, isIn] = found;
      set.bits = withRoomFor(set.bits, row);
      const put = isIn ? addRows : removeRows;
      put(set.bits, [row]);
    }
  }

  /** Returns the set of a test, if there is one or `make` makes one. */
  function setOf(space: number, test: Sql, make: (() => RowBits) | undefined): RowSet | undefined {
    const name = JSON.stringify([space, test]);
    const bits = sets.get(name)?.bits ?? make?.();
    if (!bits) return undefined;
    // Set anew, it is the last to be dropped.
    sets.delete(name);
    const set = { space, test, bits };
    sets.set(name, set);
    if (sets.size > mostSets) sets.delete(sets.keys().next().value!);
    return set;
  }

  function bitsOf(rows: readonly number[]): RowBits {
    const bits = bitsUpTo(lastRow.get() ?? 0);
    addRows(bits, rows);
    return bits;
  }

  /** Returns the documents without a label, or without a status when no label is named. */
  function lacking(space: number, label: string | undefined): RowBits {
    const all = sql("from resource indexed by resource_created where space = ?", space);
    const labelSpace = label === undefined ? undefined : spaces.find(spaces.ownerOf(space), label);
    const having =
      label === undefined
        ? sql("from resource indexed by resource_status where space = ? and status <> ''", space)
        : sql("from label where space = ? and first", labelSpace ?? -1);
    const [some, every] = [having, all].map(
      ({ text, values }) => numbers(sql(`select count(*) ${text}`, ...values))[0]!,
    );
    // Mostly every document has the label, which counting shows without reading the row numbers.
    if (some === every) return bitsOf([]);
    const [without, rows] = [all, having].map(({ text, values }) => numbers(sql(`select row ${text}`, ...values)));
    const bits = bitsOf(without!);
    removeRows(bits, rows!);
    return bits;
  }

  return {
    follow,
    forget: () => sets.clear(),
    sequence: () => sequence,
    together(space, filters, paths, make) {
      const lacks = filters.flatMap(({ test, lacks }) => {
        const set = lacks && setOf(space, test, () => lacking(space, lacks.label));
        return set ? [set] : [];
      });
      const served = paths.flatMap(({ source, row, where, serves, scans }) => {
        const met = filters.filter(({ name }) => serves.includes(name) && name !== presentFilter);
        if (scans || met.length === 0) return [];
        const read = () => bitsOf(numbers(sql(`select ${row} from ${source} where ${where.text}`, ...where.values)));
        const set = setOf(space, allOf(met.map(({ test }) => test)), make || eager ? read : undefined);
        return set ? [set] : [];
      });
      if (lacks.length === 0 && served.length < 2) return undefined;
      const bits = intersection([...lacks, ...served].map((set) => set.bits));
      return {
        count: countRows(bits),
        where: () =>
          sql("r.space = ? and r.row in (select value from json_each(?))", space, JSON.stringify(rowsIn(bits))),
      };
    },
  };
}
