import { Fault } from "../../../aws/faults.ts";

const mostEntries = 10;

/** Checks the entries of a batch as a whole. @throws Fault */
export function checkBatch(entries: readonly { readonly Id: string }[]): void {
  if (entries.length === 0)
    throw new Fault("EmptyBatchRequestException", "The batch request doesn't contain any entries.");
  if (entries.length > mostEntries)
    throw new Fault(
      "TooManyEntriesInBatchRequestException",
      "The batch request contains more entries than permissible.",
    );
  const ids = new Set<string>();
  for (const { Id } of entries) {
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(Id))
      throw new Fault(
        "InvalidBatchEntryIdException",
        "The Id of a batch entry in a batch request doesn't abide by the specification: 1 to 80 letters, digits, hyphens and underscores.",
      );
    if (ids.has(Id))
      throw new Fault(
        "BatchEntryIdsNotDistinctException",
        "Two or more batch entries in the request have the same Id.",
      );
    ids.add(Id);
  }
}
