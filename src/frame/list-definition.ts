import type { ResourceQuery, SortBy } from "../stores/resources/port.ts";
import type { InputOf, OperationName, OutputOf } from "../wire/operations.ts";
import type { Context } from "./context.ts";

/** A part of a store's query; "nothing" when no document can match. */
export type QueryPart = Partial<Omit<ResourceQuery, "after" | "limit" | "sort">> | "nothing";

/**
 * How a list's filter queries the store: a label that must equal its value, a text that the name or a label must
 * contain, a time; a function of the value for all others. `refused`: not built; `nothing`: no document has what is
 * asked for.
 */
export type Filter<V> =
  | "status"
  | "name contains"
  | "name prefix"
  | "created after"
  | "created before"
  | "modified after"
  | "modified before"
  | "refused"
  | "nothing"
  | `label ${string}`
  | `label ${string} contains`
  | ((value: V, context: Context) => QueryPart | undefined);

/** The filters that SageMaker's lists share, with their meaning; a list with other filters declares what those mean. */
export const sharedFilters = {
  NameContains: "name contains",
  StatusEquals: "status",
  CreationTimeAfter: "created after",
  CreationTimeBefore: "created before",
  LastModifiedTimeAfter: "modified after",
  LastModifiedTimeBefore: "modified before",
} as const satisfies Readonly<Record<string, Filter<never>>>;

/** The values of SortBy that every list accepts. */
export const sharedSorts = {
  Name: "name",
  CreationTime: "created",
  LastModifiedTime: "modified",
  Status: "status",
} as const satisfies Readonly<Record<string, SortBy>>;

type Page = "NextToken" | "MaxResults" | "SortBy" | "SortOrder";
type OwnMember<I> = Exclude<keyof I & string, Page | keyof typeof sharedFilters>;
type OwnSort<I> = I extends { SortBy?: infer S } ? Exclude<S & string, keyof typeof sharedSorts> : never;

/** What a list means by a shared member or sort, where that differs. */
type OtherFilters<I> = {
  readonly [K in keyof I & keyof typeof sharedFilters]?: Filter<NonNullable<I[K]>>;
};
type OtherSorts = { readonly [K in keyof typeof sharedSorts]?: SortBy | "refused" };

/** Requires a declaration for each member of the input, and each value of SortBy, that is not shared. */
type Filters<I> = [OwnMember<I>] extends [never]
  ? { readonly filters?: OtherFilters<I> }
  : { readonly filters: { readonly [K in OwnMember<I>]: Filter<NonNullable<I[K & keyof I]>> } & OtherFilters<I> };
type Sorts<I> = [OwnSort<I>] extends [never]
  ? { readonly sorts?: OtherSorts }
  : { readonly sorts: { readonly [K in OwnSort<I>]: SortBy | "refused" } & OtherSorts };

/** The element type of the lists in a List output. */
type ListedIn<Output> = Exclude<Extract<Output[keyof Output], readonly unknown[]>, undefined>[number];

/** The declaration of a List operation. The store filters and sorts; what it cannot do is refused, never ignored. */
export type ListDefinition<M, L extends OperationName<M>, Document> = {
  readonly operation: L;
  /** The output member that holds the summaries. */
  readonly member: keyof OutputOf<M, L> & string;
  /** The default order of creation times on AWS: jobs ascend, endpoints and models descend. */
  readonly descending: boolean;
  /** The default of SortBy; creation for most kinds. */
  readonly sortBy?: SortBy;
  summary(document: Document, arn: string, context: Context): ListedIn<OutputOf<M, L>>;
  /** Returns what to query beside the filters, such as the parent that the input names. */
  within?(input: InputOf<M, L>, context: Context): QueryPart | Promise<QueryPart>;
  /** The names of the paging members, and the page's size unless MaxResults gives another; SageMaker's is 10. */
  readonly page?: PageMembers;
} & Filters<InputOf<M, L>> &
  Sorts<InputOf<M, L>>;

export interface PageMembers {
  readonly limit?: string;
  readonly token?: string;
  /** The output member of the next token; the input token's name when left out. */
  readonly next?: string;
  /** The output member that says that there is more, where the service has one. */
  readonly more?: string;
  readonly size?: number;
  /** Makes the refusal of a token that no page returned. */
  readonly invalidToken?: () => Error;
}
