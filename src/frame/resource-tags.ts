import { validationFault } from "../aws/faults.ts";

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** Checks that a request's tags may be put on a resource. @throws Fault for a reserved key, or a key given twice */
export function checkTags(tags: readonly Tag[]): void {
  const keys = new Set<string>();
  for (const { Key } of tags) {
    if (Key.toLowerCase().startsWith("aws:")) {
      throw validationFault(`Tag key "${Key}" is refused: the prefix aws: is reserved.`);
    }
    if (keys.has(Key)) throw validationFault(`Tag key "${Key}" is given twice. Give each key once.`);
    keys.add(Key);
  }
}
