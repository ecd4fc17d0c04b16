import type { Fault } from "../../../../aws/faults.ts";
import { invalidParameter } from "../log-documents.ts";

export type MessageTest = (message: string) => boolean;

export const invalidPattern = (detail: string): Fault => invalidParameter(`Invalid filter pattern: ${detail}`);

/** AWS names the characters; what to do about them is ours. */
export const invalidCharacters = (characters: string, advice = "Put it in double quotes."): Fault =>
  invalidParameter(`Invalid character(s) in term '${characters}'. ${advice}`);
