import { type Fault, validationFault } from "../aws/faults.ts";

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/**
 * Checks that a request's tags may be put on a resource.
 * @param refuse makes the refusal in the way of the service
 * @throws Fault for a reserved key, or a key given twice
 */
export function checkTags(tags: readonly Tag[], refuse: (message: string) => Fault = validationFault): void {
  const keys = new Set<string>();
  for (const { Key } of tags) {
    if (Key.toLowerCase().startsWith("aws:")) {
      throw refuse(`Tag key "${Key}" is refused: the prefix aws: is reserved.`);
    }
    if (keys.has(Key)) throw refuse(`Tag key "${Key}" is given twice. Give each key once.`);
    keys.add(Key);
  }
}
