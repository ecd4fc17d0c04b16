import type { Database } from "../database.ts";
import { labelValues } from "./order.ts";
import type { Labels, ResourceKey } from "./port.ts";
import type { SqliteSpaces } from "./sqlite-spaces.ts";

/**
 * One row for each value of a label, in the order of lists. `first` marks the smallest value of a document, by which
 * lists are sorted; documents with further values are rare, and `label_further` tells whether there are any.
 */
export const labelSchema = `
create table if not exists label (
  space integer not null, value any not null, created integer not null, id text not null, row integer not null,
  first integer not null,
  primary key (space, value, created, id, row)
) strict, without rowid;
create index if not exists label_further on label (space) where first = 0;
`;

/** What a document's label rows are made from. */
export interface Labelled {
  readonly row: number;
  readonly created: number;
  readonly id: string;
  readonly labels: Labels | undefined;
}

/** Keeps the label rows of documents. Called within a transaction. */
export function createSqliteLabels(database: Database, spaces: SqliteSpaces) {
  const insert = database.prepare("insert into label values (?, ?, ?, ?, ?, ?)");
  const remove = database.prepare(
    "delete from label where space = ? and value = ? and created = ? and id = ? and row = ?",
  );

  return {
    /** Either side is undefined when the document was not there before, or is not after. */
    replace(key: ResourceKey, old: Labelled | undefined, now: Labelled | undefined): void {
      const moved = old?.created !== now?.created || old?.id !== now?.id;
      for (const label of new Set([...Object.keys(old?.labels ?? {}), ...Object.keys(now?.labels ?? {})])) {
        const before = labelValues(old?.labels, label);
        const after = labelValues(now?.labels, label);
        if (!moved && before.length === after.length && before.every((value, i) => value === after[i])) continue;
        const space = spaces.make(key, label);
        for (const value of before) remove.run(space, value, old!.created, old!.id, old!.row);
        for (const [i, value] of after.entries())
          insert.run(space, value, now!.created, now!.id, now!.row, i === 0 ? 1 : 0);
      }
    },
  };
}
