import { validationFault } from "../aws/faults.ts";

/** The names that a service gives to the members of its lists. What is left out is as in SageMaker's. */
export interface PageMembers<InputMember extends string = string, OutputMember extends string = string> {
  readonly limit?: InputMember;
  readonly token?: InputMember;
  /** The output member of the next token; the input token's name when left out. */
  readonly next?: OutputMember;
  /** The output member that says that there is more, where the service has one. */
  readonly more?: OutputMember;
  /** The members that choose the order; the second is a text such as "Descending", or true for it. */
  readonly sortBy?: InputMember;
  readonly sortOrder?: InputMember;
  /** The page's size unless the input gives another. */
  readonly size?: number;
  /** Makes the refusal of a token that no page returned. */
  readonly invalidToken?: (token: string) => Error;
}

const sagemaker = {
  limit: "MaxResults",
  token: "NextToken",
  sortBy: "SortBy",
  sortOrder: "SortOrder",
  size: 10,
} satisfies PageMembers;

/** Completes what a list says of its pages. */
export function pageMembers(given: PageMembers = {}) {
  const members = { ...sagemaker, ...given };
  const next = members.next ?? members.token;
  const unchanged = () => validationFault(`Invalid pagination token. Use the ${next} of the page before, unchanged.`);
  return { invalidToken: unchanged, ...members, next };
}

/**
 * Reads a page of a list, wherever it is read from. `read` throws a RangeError for a position that it did not give out,
 * as the stores do; the client gets the refusal of its service.
 */
export async function listPage<Page>(
  given: PageMembers | undefined,
  input: object,
  read: (asked: { readonly after: string | undefined; readonly limit: number }) => Page | Promise<Page>,
): Promise<Page> {
  const { token, limit, size, invalidToken } = pageMembers(given);
  const asked = input as Readonly<Record<string, unknown>>;
  // Some clients begin with an empty token.
  const after = (asked[token] as string | undefined) || undefined;
  try {
    return await read({ after, limit: (asked[limit] as number | undefined) ?? size });
  } catch (error) {
    throw error instanceof RangeError && after !== undefined ? invalidToken(after) : error;
  }
}
