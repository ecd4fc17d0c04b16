import type { ResourceKey, ResourcePage, ResourceQuery, SortBy } from "../stores/resources/port.ts";
import type { InputOf, OperationName, OutputOf } from "../wire/operations.ts";
import type { Context } from "./context.ts";
import type { PageMembers } from "./list-page.ts";

/** A part of a store's query; "nothing" when no document can match. */
export type QueryPart = Partial<Omit<ResourceQuery, "after" | "limit" | "sort">> | "nothing";

/**
 * How a list's filter queries the store: a label that must equal its value, a text that the name or a label must
 * contain ("includes" minds the case), a time; a function of the value for all others. `refused`: not built; `nothing`: no document has what is
 * asked for.
 */
export type Filter<V> =
  | "status"
  | "name contains"
  | "name includes"
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

/**
 * Reads a page in an order that another store than the resource store keeps. The query holds the filters, and a position
 * that this order gave out; it throws a RangeError for any other.
 */
export type OtherOrder<I> = (
  query: Omit<ResourceQuery, "sort"> & { readonly descending: boolean },
  input: I,
  context: Context,
) => Promise<ResourcePage>;

/** What a value of SortBy means: a value that the store sorts by, or an order that is kept elsewhere. */
export type Sort<I> = SortBy | "refused" | OtherOrder<I>;

/** The paging members of SageMaker, and those of services whose lists say theirs in `page`. */
type SharedPage = "NextToken" | "MaxResults" | "SortBy" | "SortOrder";
type OtherPage = "nextToken" | "limit" | "orderBy" | "descending" | "ContinuationToken" | "MaxBuckets";
type OwnMember<I> = Exclude<keyof I & string, SharedPage | OtherPage | keyof typeof sharedFilters>;
type OwnSort<I> = I extends { SortBy?: infer S } | { orderBy?: infer S }
  ? Exclude<S & string, keyof typeof sharedSorts>
  : never;
/** Requires what the list calls its paging members, where they are not SageMaker's. */
type Paging<I, O> = [keyof I & OtherPage] extends [never]
  ? { readonly page?: PageMembers<keyof I & string, keyof O & string> }
  : {
      readonly page: PageMembers<keyof I & string, keyof O & string> &
        (I extends { orderBy?: unknown } ? { readonly sortBy: "orderBy"; readonly sortOrder: "descending" } : unknown);
    };

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
  : { readonly sorts: { readonly [K in OwnSort<I>]: Sort<I> } & OtherSorts };

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
  /** It knows nothing of the document's large members. */
  readonly summary: (
    document: Document,
    arn: string,
    context: Context,
    input: InputOf<M, L>,
  ) => ListedIn<OutputOf<M, L>> | Promise<ListedIn<OutputOf<M, L>>>;
  /** Returns what to query beside the filters, such as the parent that the input names. */
  within?(input: InputOf<M, L>, context: Context): QueryPart | Promise<QueryPart>;
  /** Returns the keys of the documents that the input asks for one by one; undefined when it asks for a list. */
  named?(input: InputOf<M, L>, context: Context): readonly ResourceKey[] | undefined;
  /** Returns the members of the output beside the summaries and the paging. */
  beside?(input: InputOf<M, L>, context: Context): Partial<OutputOf<M, L>>;
} & Filters<InputOf<M, L>> &
  Sorts<InputOf<M, L>> &
  Paging<InputOf<M, L>, OutputOf<M, L>>;
