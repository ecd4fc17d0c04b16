import type { Context } from "../../../frame/context.ts";
import type { TableDocument, WantedTable } from "./catalog-kinds.ts";
import { invalidInput } from "./glue-faults.ts";
import { keyType, orderedText, plainText } from "./partition-value.ts";
import { spaceOf } from "./table-records.ts";

type Columns = WantedTable["PartitionKeys"];

/** Ends what is compared of a value, and the value itself. */
export const end = "\x01";
/** Comes after every key that goes on with a value that has ended. */
export const afterEnd = "\x02";

/** Returns the key of a partition's record: the order of keys is that of the values, the first one first. */
export function partitionKey(keys: Columns = [], values: readonly string[] = []): string {
  if (values.length !== keys.length)
    throw invalidInput("The number of partition keys do not match the number of partition values");
  return keys.map(({ Type }, place) => elementOf(Type, values[place]!)).join("");
}

function elementOf(typeName: string | undefined, value: string): string {
  const type = keyType(typeName);
  if (!type || type.isText) return orderedText(value) + end;
  return (type.order(value) ?? "") + end + orderedText(value) + end;
}

/** Returns the value that begins at a place of a key. */
export function valueAt(key: string, start: number, isText: boolean): string {
  const from = isText ? start : key.indexOf(end, start) + 1;
  return plainText(key.slice(from, key.indexOf(end, from)));
}

/** How the values of a table's partitions are ordered. Records that were written in another order are not found. */
const orderOf = (keys: Columns = []): string => keys.map(({ Type }) => keyType(Type)?.title ?? "String").join();

/**
 * Checks that the keys of a table may become others.
 * @throws Fault when it has partitions and these would be read otherwise
 */
export async function checkKeyChange({ records }: Context, table: TableDocument, keys: Columns): Promise<void> {
  if (orderOf(keys) === orderOf(table.wanted.PartitionKeys)) return;
  let hasPartitions = false;
  await records.scan(spaceOf("partition", table), {}, () => {
    hasPartitions = true;
    return "end";
  });
  if (hasPartitions)
    throw invalidInput(
      `The partition keys of ${table.wanted.Name} cannot become others in number or type while it has partitions. Delete the partitions, or make another table.`,
    );
}
