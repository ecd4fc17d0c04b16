import { useState } from "react";

/** The rows that are selected among those shown. What a filter or another page hides is not, so nothing is done to it unseen. */
export function useSelection<Row>(id: string, rows: readonly Row[], nameOf: (row: Row) => string) {
  const [chosen, setChosen] = useState<{ readonly id: string; readonly names: ReadonlySet<string> }>();
  const names = chosen?.id === id ? chosen.names : undefined;
  return {
    selected: rows.filter((row) => names?.has(nameOf(row))),
    select: (some: readonly Row[]) => setChosen({ id, names: new Set(some.map(nameOf)) }),
  };
}
