import { invalidArgument } from "./s3-faults.ts";

/** A continuation token encodes the last name of its page. */
export const writeToken = (name: string): string => Buffer.from(`1${name}`).toString("base64url");

/** @throws Fault InvalidArgument for a text that `writeToken` did not give */
export function readToken(token: string): string {
  const text = Buffer.from(token, "base64url").toString();
  if (text[0] !== "1" || writeToken(text.slice(1)) !== token)
    throw invalidArgument("The continuation token provided is incorrect", "continuation-token", token);
  return text.slice(1);
}
