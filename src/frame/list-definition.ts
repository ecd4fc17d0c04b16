import type { ResourceQuery, SortBy } from "../stores/resources/port.ts";
import type { InputOf, OperationName, OutputOf } from "../wire/operations.ts";
import type { Context } from "./context.ts";

/** A part of a store's query; "nothing": no document can match. */
export type QueryPart = Partial<Omit<ResourceQuery, "after" | "limit" | "sort">> | "nothing";

/**
 * What a filter of a list asks the store for: a label that must equal its value, a text the name or a label must hold, a
 * time; a function of the value for all others. `refused`: not built; `nothing`: no document has what is asked for.
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

/** The members that lists of SageMaker share, with what they mean; a list that has others says what those mean. */
export const sharedFilters = {
  NameContains: "name contains",
  StatusEquals: "status",
  CreationTimeAfter: "created after",
  CreationTimeBefore: "created before",
  LastModifiedTimeAfter: "modified after",
  LastModifiedTimeBefore: "modified before",
} as const satisfies Readonly<Record<string, Filter<never>>>;

/** What SortBy may say everywhere. */
export const sharedSorts = {
  Name: "name",
  CreationTime: "created",
  LastModifiedTime: "modified",
  Status: "status",
} as const satisfies Readonly<Record<string, SortBy>>;

type Page = "NextToken" | "MaxResults" | "SortBy" | "SortOrder";
type OwnMember<I> = Exclude<keyof I & string, Page | keyof typeof sharedFilters>;
type OwnSort<I> = I extends { SortBy?: infer S } ? Exclude<S & string, keyof typeof sharedSorts> : never;

/** What a list means otherwise by a shared member or sort. */
type OtherFilters<I> = {
  readonly [K in keyof I & keyof typeof sharedFilters]?: Filter<NonNullable<I[K]>>;
};
type OtherSorts = { readonly [K in keyof typeof sharedSorts]?: SortBy | "refused" };

/** The members of the input that are not shared must all be told; so must its own values of SortBy. */
type Filters<I> = [OwnMember<I>] extends [never]
  ? { readonly filters?: OtherFilters<I> }
  : { readonly filters: { readonly [K in OwnMember<I>]: Filter<NonNullable<I[K & keyof I]>> } & OtherFilters<I> };
type Sorts<I> = [OwnSort<I>] extends [never]
  ? { readonly sorts?: OtherSorts }
  : { readonly sorts: { readonly [K in OwnSort<I>]: SortBy | "refused" } & OtherSorts };

/** The element type of the lists in a List output. */
type ListedIn<Output> = Exclude<Extract<Output[keyof Output], readonly unknown[]>, undefined>[number];

/** A List operation. Filters and sorts are done by the store; what it cannot do is refused, never ignored. */
export type ListDefinition<M, L extends OperationName<M>, Document> = {
  readonly operation: L;
  /** The output member that holds the summaries. */
  readonly member: keyof OutputOf<M, L> & string;
  /** AWS's default differs by kind: jobs ascend, endpoints and models descend by creation. */
  readonly descending: boolean;
  /** What SortBy is when it is absent; creation for most. */
  readonly sortBy?: SortBy;
  summary(document: Document, arn: string, context: Context): ListedIn<OutputOf<M, L>>;
  /** What is asked for beside the filters, such as the parent that the input names. */
  within?(input: InputOf<M, L>, context: Context): QueryPart | Promise<QueryPart>;
  /** The names of the members that page, and how many are given unless MaxResults says so: 10 for SageMaker. */
  readonly page?: PageMembers;
} & Filters<InputOf<M, L>> &
  Sorts<InputOf<M, L>>;

export interface PageMembers {
  readonly limit?: string;
  readonly token?: string;
  /** In the output; the name of the input's token when left out. */
  readonly next?: string;
  /** In the output, where a service says by a member of its own that there is more. */
  readonly more?: string;
  readonly size?: number;
  /** The refusal of a token that no page gave. */
  readonly invalidToken?: () => Error;
}
