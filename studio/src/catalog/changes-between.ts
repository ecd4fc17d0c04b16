import type { Column, Table } from "@aws-sdk/client-glue";

/** What of a table is no change that a person made. */
const unread = new Set(["VersionId", "UpdateTime", "CreateTime", "LastAccessTime", "LastAnalyzedTime", "CreatedBy"]);

/** Says what has changed from one version of a table to the next. */
export function changesBetween(before: Table, after: Table | undefined): string[] {
  const [one, other] = [before, after].map((table) => flat(table ?? {}));
  const changes = columnChanges("column", before.StorageDescriptor?.Columns, after?.StorageDescriptor?.Columns);
  changes.push(...columnChanges("partition key", before.PartitionKeys, after?.PartitionKeys));
  for (const name of new Set([...one!.keys(), ...other!.keys()])) {
    const [was, is] = [one!.get(name), other!.get(name)];
    if (was === is) continue;
    if (was === undefined) changes.push(`${name} is now ${is}`);
    else changes.push(is === undefined ? `${name} is gone; it was ${was}` : `${name} is now ${is}; it was ${was}`);
  }
  return changes.length > 0 ? changes : ["Nothing that the catalog shows"];
}

function columnChanges(noun: string, before: readonly Column[] = [], after: readonly Column[] = []): string[] {
  const had = new Map(before.map((column) => [column.Name, column]));
  const has = new Set(after.map(({ Name }) => Name));
  const changes = before.filter(({ Name }) => !has.has(Name)).map(({ Name }) => `${noun} ${Name} is gone`);
  for (const { Name, Type, Comment } of after) {
    const was = had.get(Name);
    if (!was) changes.push(`${noun} ${Name} ${Type} is new`);
    else if (was.Type !== Type) changes.push(`${noun} ${Name} is now ${Type}; it was ${was.Type}`);
    else if (was.Comment !== Comment) changes.push(`${noun} ${Name} has another comment`);
  }
  return changes;
}

/** The texts and numbers in a table by their path, columns left out. */
function flat(value: object, path = "", found = new Map<string, string>()): Map<string, string> {
  for (const [name, inner] of Object.entries(value)) {
    if (inner === undefined || unread.has(name) || name === "Columns" || name === "PartitionKeys") continue;
    const at = path === "" ? name : `${path}.${name}`;
    if (typeof inner === "object" && inner !== null && !(inner instanceof Date)) flat(inner, at, found);
    else found.set(at, String(inner));
  }
  return found;
}
