import type { Statement } from "better-sqlite3";
import type { Database } from "../database.ts";
import { labelValues } from "./order.ts";
import type { Labels } from "./port.ts";
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
import { type Bound, type Filter, type Sql, sql, type Trait } from "./sqlite-filters.ts";
import type { SqliteSpaces } from "./sqlite-spaces.ts";
import { readLabels } from "./written-form.ts";

/** After more changes than these, sets are made anew instead of followed. */
const mostFollowed = 10_000;
/** The sets that were used longest ago are dropped beyond this. */
const mostBytes = 16 << 20;

interface RowSet {
  readonly space: number;
  readonly trait: Trait;
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
  /**
   * The documents of a space that meet those filters of which there are sets; undefined when an index says as much. With
   * `make`, sets that are missing are made, which reads the entries of each in an index.
   */
  together(space: number, filters: readonly Filter[], make: boolean): Candidates | undefined;
}

const rows = {
  all: "from resource indexed by resource_created where space = ?",
  withStatus: "from resource indexed by resource_status where space = ? and status <> ''",
  ofStatus: "from resource indexed by resource_status where space = ? and status = ? and status <> ''",
  withLabel: "from label where space = ? and first",
  ofLabel: "from label where space = ? and value = ?",
};

/**
 * Sets of the documents that have one value of a label, or one status, or none. Where many documents meet each of two
 * filters and few meet both, a walk along an index is long, and an intersection of two sets takes microseconds. A set is
 * made when a list needs it, and the change feed keeps it true. A deleted document stays in it and its row number may be
 * used again, so filters are tested once more on what is found.
 */
export function createSqliteRowSets(
  database: Database,
  spaces: SqliteSpaces,
  { eager = false }: { readonly eager?: boolean | undefined } = {},
): SqliteRowSets {
  const sets = new Map<string, RowSet>();
  let sequence = 0;
  let bytes = 0;

  const newest = database.prepare<[], number | null>("select max(sequence) from feed").pluck();
  const entries = database.prepare<[number], { space: number; name: string }>(
    "select space, name from feed where sequence > ?",
  );
  const find = database.prepare<[number, string], { row: number; status: string; labels: string }>(
    "select row, status, labels from resource where space = ? and name = ?",
  );
  const lastRow = database.prepare<[], number | null>("select max(row) from resource").pluck();
  const statements = new Map<string, Statement<Bound[], number>>();
  function numbers(text: string): Statement<Bound[], number> {
    const statement = statements.get(text) ?? database.prepare<Bound[], number>(text).pluck();
    statements.set(text, statement);
    return statement;
  }
  const rowsOf = (from: string, ...values: Bound[]) => numbers(`select row ${from}`).all(...values);
  const countOf = (from: string, ...values: Bound[]) => numbers(`select count(*) ${from}`).get(...values)!;

  function forget(): void {
    sets.clear();
    bytes = 0;
  }

  function follow(): void {
    const last = newest.get() ?? 0;
    const missed = last - sequence;
    if (sets.size > 0 && missed > 0) {
      const changed = missed > mostFollowed ? [] : entries.all(sequence);
      // The feed's numbers have no gaps: fewer entries mean that some are no longer kept.
      if (changed.length < missed) forget();
      else for (const { space, name } of changed) change(space, name);
    }
    sequence = last;
  }

  function change(space: number, name: string): void {
    const concerned = [...sets.values()].filter((set) => set.space === space);
    const found = concerned.length > 0 ? find.get(space, name) : undefined;
    if (!found) return;
    const labels = readLabels(found.labels);
    for (const set of concerned) {
      bytes -= set.bits.byteLength;
      set.bits = withRoomFor(set.bits, found.row);
      bytes += set.bits.byteLength;
      const put = hasTrait(set.trait, found.status, labels) ? addRows : removeRows;
      put(set.bits, [found.row]);
    }
  }

  function setOf(space: number, trait: Trait, mayMake: boolean): RowSet | undefined {
    const name = JSON.stringify([space, trait]);
    const known = sets.get(name);
    if (!known && !mayMake) return undefined;
    const set = known ?? { space, trait, bits: bitsOf(space, trait) };
    // Set anew, it is the last to be dropped.
    sets.delete(name);
    sets.set(name, set);
    if (!known) bytes += set.bits.byteLength;
    for (const [oldest, { bits }] of sets) {
      if (bytes <= mostBytes || oldest === name) break;
      sets.delete(oldest);
      bytes -= bits.byteLength;
    }
    return set;
  }

  function bitsOf(space: number, { label, value }: Trait): RowBits {
    const bits = bitsUpTo(lastRow.get() ?? 0);
    const labelSpace = label === undefined ? undefined : spaces.find(spaces.ownerOf(space), label);
    if (value !== undefined) {
      if (label === undefined) addRows(bits, rowsOf(rows.ofStatus, space, value));
      else if (labelSpace !== undefined) addRows(bits, rowsOf(rows.ofLabel, labelSpace, value));
      return bits;
    }
    const [from, of] = label === undefined ? [rows.withStatus, space] : [rows.withLabel, labelSpace ?? -1];
    // Mostly every document has the label, which counting shows without reading the row numbers.
    if (countOf(from, of) === countOf(rows.all, space)) return bits;
    addRows(bits, rowsOf(rows.all, space));
    removeRows(bits, rowsOf(from, of));
    return bits;
  }

  return {
    follow,
    forget,
    together(space, filters, make) {
      const found = filters.flatMap(({ trait }) => {
        const set = trait && setOf(space, trait, make || eager || isLack(trait));
        return set ? [set] : [];
      });
      if (found.length === 0 || (found.length === 1 && !isLack(found[0]!.trait))) return undefined;
      const bits = intersection(found.map((set) => set.bits));
      return {
        count: countRows(bits),
        where: () =>
          sql("r.space = ? and r.row in (select value from json_each(?))", space, JSON.stringify(rowsIn(bits))),
      };
    },
  };
}

/** No index has the documents that lack something. */
const isLack = ({ value }: Trait) => value === undefined;

function hasTrait({ label, value }: Trait, status: string, labels: Labels | undefined): boolean {
  const values = label !== undefined ? labelValues(labels, label) : status === "" ? [] : [status];
  return value === undefined ? values.length === 0 : values.includes(value);
}
