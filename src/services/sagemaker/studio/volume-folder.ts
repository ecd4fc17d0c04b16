import type { Context } from "../../../frame/context.ts";
import type { ResourceChange } from "../../../stores/resources/port.ts";
import { type DomainDocument, domain } from "./domain.ts";

/** What is kept of a user or space whose files are a folder of its domain's volume. */
export interface FolderState {
  readonly domainId: string;
  readonly volume: string;
  /** The folder's name, which AWS calls the user's number in the file system. */
  readonly folder: string;
  readonly failureReason?: string;
}

/**
 * Numbers a folder of a domain: the state of whose it is, and the change of the domain that is written with it.
 * A number is never used again, so nobody finds the files of somebody who was deleted.
 */
export async function numberFolder(
  context: Context,
  of: DomainDocument,
): Promise<{ readonly state: FolderState; readonly change: ResourceChange }> {
  const { domainId, volume, lastFolder } = of.actual;
  const number = lastFolder + 1;
  return {
    state: { domainId, volume, folder: String(number) },
    change: await domain.put(context, { ...of, actual: { ...of.actual, lastFolder: number } }),
  };
}
