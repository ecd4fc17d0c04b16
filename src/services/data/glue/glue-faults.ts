import { Fault } from "../../../aws/faults.ts";
import { type Refusals, refusalsOf } from "../../../frame/not-built.ts";

export const { notBuilt, refuseMembers }: Refusals = refusalsOf("glue");

export const notFound = (words: string): Fault => new Fault("EntityNotFoundException", words);
export const alreadyExists = (words: string): Fault => new Fault("AlreadyExistsException", words);
export const invalidInput = (words: string): Fault => new Fault("InvalidInputException", words);

/** What an operation on many says of one that failed. @throws whatever is no refusal */
export function errorDetail(error: unknown): { readonly ErrorCode: string; readonly ErrorMessage: string } {
  if (!(error instanceof Fault) || error.status >= 500) throw error;
  return { ErrorCode: error.code, ErrorMessage: error.message };
}

/** How the lists of Glue are paged. */
export const gluePage = {
  size: 100,
  invalidToken: () => invalidInput("The NextToken is not valid. Use that of the page before, unchanged."),
};
