import type { PartitionIndex, WantedTable } from "./catalog-kinds.ts";
import { invalidInput } from "./glue-faults.ts";

/** How many partition indexes a table may have. */
const mostIndexes = 3;

/** Checks the indexes of a new table against its keys. */
export function checkIndexes(keys: WantedTable["PartitionKeys"] = [], indexes: readonly PartitionIndex[]): void {
  if (indexes.length > mostIndexes) throw invalidInput(`A table has at most ${mostIndexes} partition indexes.`);
  const names = new Set(indexes.map(({ IndexName }) => IndexName.toLowerCase()));
  if (names.size < indexes.length) throw invalidInput("Two partition indexes have the same name.");
  for (const index of indexes) checkIndex(keys, index);
}

function checkIndex(keys: WantedTable["PartitionKeys"] = [], { IndexName, Keys }: PartitionIndex): void {
  for (const key of Keys)
    if (!keys.some(({ Name }) => Name.toLowerCase() === key.toLowerCase()))
      throw invalidInput(
        `The partition index ${IndexName} names ${key}, which is no partition key; these are: ${keys.map(({ Name }) => Name).join(", ") || "none"}.`,
      );
  if (new Set(Keys).size < Keys.length) throw invalidInput(`The partition index ${IndexName} names a key twice.`);
}
