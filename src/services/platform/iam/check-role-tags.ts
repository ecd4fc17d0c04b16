import { Fault } from "../../../aws/faults.ts";

export interface RoleTag {
  readonly Key: string;
  readonly Value: string;
}

/** Checks that a request's tags may be put on a role. IAM takes keys that differ in case alone for the same. */
export function checkRoleTags(tags: readonly { readonly Key: string | undefined }[]): void {
  const keys = new Set<string>();
  for (const { Key = "" } of tags) {
    const key = Key.toLowerCase();
    if (key.startsWith("aws:"))
      throw new Fault("InvalidInput", `Tag key "${Key}" is refused: the prefix aws: is reserved.`);
    if (keys.has(key))
      throw new Fault("InvalidInput", "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
    keys.add(key);
  }
}
