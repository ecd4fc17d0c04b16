import type { Context } from "../../../frame/context.ts";
import type { ResourceKey } from "../../../stores/resources/port.ts";
import type { TableDocument } from "./catalog-kinds.ts";

/** What is kept of a table as records. A space belongs to one table for ever: an id is never used again. */
export type TableRecords = "table-version" | "partition" | "partition-columns" | "column-statistics";

const prefixOf = (what: TableRecords) => `glue/${what}\n`;

/** Returns the space of some records of a table. */
export const spaceOf = (what: TableRecords, { id, key }: Pick<TableDocument, "id" | "key">): string =>
  `${prefixOf(what)}${id}\n${key.account}\n${key.region}\n${key.name}`;

export const allTableRecords: readonly TableRecords[] = [
  "table-version",
  "partition",
  "partition-columns",
  "column-statistics",
];

/** Yields every space of tables, with the table that it belongs to. */
export async function* tableSpaces({ records }: Pick<Context, "records">) {
  for (const what of allTableRecords) {
    let after: string | undefined;
    do {
      const spaces: readonly string[] = await records.spaces(prefixOf(what), after, 1000);
      for (const space of spaces) yield { space, ...readSpace(space) };
      after = spaces.at(-1);
    } while (after !== undefined);
  }
}

function readSpace(space: string): { readonly id: string; readonly table: Omit<ResourceKey, "kind"> } {
  const [, id = "", account = "", region = "", ...name] = space.split("\n");
  return { id, table: { account, region, name: name.join("\n") } };
}

/** Removes everything that is kept of a table that is gone. */
export async function dropRecords({ records }: Pick<Context, "records">, table: TableDocument): Promise<void> {
  for (const what of allTableRecords) await records.drop(spaceOf(what, table));
}
