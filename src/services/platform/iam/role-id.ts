import { createHash } from "node:crypto";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The unique id of a role as IAM forms them: AROA and 17 capitals and digits; the same for the same text. */
export function idOfName(text: string): string {
  const digest = createHash("sha256").update(text).digest();
  return `AROA${Array.from({ length: 17 }, (_, index) => letters[digest[index]! % 32]).join("")}`;
}
