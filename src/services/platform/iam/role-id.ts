import { createHash } from "node:crypto";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Returns a role's unique id in IAM's form: AROA and 17 capitals and digits. The same text gives the same id. */
export function idOfName(text: string): string {
  const digest = createHash("sha256").update(text).digest();
  return `AROA${Array.from({ length: 17 }, (_, index) => letters[digest[index]! % 32]).join("")}`;
}
