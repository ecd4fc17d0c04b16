import { Fault } from "../../../aws/faults.ts";

const mostEntries = 10;

/** Checks the entries of a batch as a whole. @throws Fault */
export function checkBatch(entries: readonly { readonly Id: string }[]): void {
  if (entries.length === 0) throw new Fault("EmptyBatchRequest", "There should be at least one entry in the request.");
  if (entries.length > mostEntries)
    throw new Fault(
      "TooManyEntriesInBatchRequest",
      `Maximum number of entries per request are ${mostEntries}. You have sent ${entries.length}.`,
    );
  const ids = new Set<string>();
  for (const { Id } of entries) {
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(Id))
      throw new Fault(
        "InvalidBatchEntryId",
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
      );
    if (ids.has(Id)) throw new Fault("BatchEntryIdsNotDistinct", `Id ${Id} repeated.`);
    ids.add(Id);
  }
}

/** Does something for each entry; those that are refused are listed with the reason. */
export async function inBatch<Entry extends { readonly Id: string }, Result>(
  entries: readonly Entry[],
  act: (entry: Entry, index: number) => Promise<Result>,
) {
  const done: { readonly Id: string; readonly result: Result }[] = [];
  const failed: {
    readonly Id: string;
    readonly SenderFault: boolean;
    readonly Code: string;
    readonly Message: string;
  }[] = [];
  for (const [index, entry] of entries.entries()) {
    const { Id } = entry;
    try {
      done.push({ Id, result: await act(entry, index) });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      failed.push({ Id, SenderFault: error.status < 500, Code: error.code, Message: error.message });
    }
  }
  return { done, Failed: failed.length > 0 ? failed : (undefined as unknown as typeof failed) };
}
