import { invalidArgument } from "./s3-faults.ts";

const largestPage = 1000;

/** Returns the most entries of a page. @throws Fault for a number out of range */
export function pageSize(name: string, asked: number | undefined): number {
  if (asked === undefined) return largestPage;
  if (!Number.isInteger(asked) || asked < 0 || asked > 2_147_483_647)
    throw invalidArgument(`Argument ${name} must be an integer between 0 and 2147483647`, name, asked);
  return Math.min(asked, largestPage);
}

/** `encoding-type=url` is for names with characters that XML cannot hold: percent-encoded, except for slashes. */
export const nameEncoding = (type: "url" | undefined): ((name: string) => string) =>
  type === "url" ? (name) => encodeURIComponent(name).replaceAll("%2F", "/") : (name) => name;
