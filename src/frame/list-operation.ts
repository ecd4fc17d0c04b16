import { validationFault } from "../aws/faults.ts";
import type { ResourceDocument, ResourceQuery, SortBy } from "../stores/resources/port.ts";
import type { WireServiceId } from "../wire/wire-services.ts";
import type { Context } from "./context.ts";
import type { Kind } from "./define-kind.ts";
import type { AnyHandler } from "./define-operations.ts";
import { type Filter, type PageMembers, type QueryPart, sharedFilters, sharedSorts } from "./list-definition.ts";
import { type Refusals, refusalsOf } from "./not-built.ts";

/** A list as its handler sees it; the types of its operation are checked where it is declared. */
export interface AnyList<Document> {
  readonly operation: string;
  readonly member: string;
  readonly descending: boolean;
  readonly sortBy?: SortBy;
  summary(document: Document, arn: string, context: Context): unknown;
  within?(input: never, context: Context): QueryPart | Promise<QueryPart>;
  readonly page?: PageMembers;
  readonly filters?: object;
  readonly sorts?: object;
}
type Input = Readonly<Record<string, unknown>>;

const defaultPage = { limit: "MaxResults", token: "NextToken", size: 10 } satisfies PageMembers;

/** Makes the handler of a List operation. The store filters, sorts and pages, so only the documents shown are read. */
export function createListHandler<Wanted, Actual>(
  kind: Kind<Wanted, Actual>,
  list: AnyList<ResourceDocument<Wanted, Actual>>,
): AnyHandler {
  const filters = { ...sharedFilters, ...list.filters } as Readonly<Record<string, Filter<unknown>>>;
  const sorts = { ...sharedSorts, ...list.sorts } as Readonly<Record<string, SortBy | "refused">>;
  const page: PageMembers & typeof defaultPage = { ...defaultPage, ...list.page };
  const outputToken = page.next ?? page.token;
  const anyName = Object.fromEntries((kind.sets[0] ?? []).map((variable) => [variable, "*"]));
  const { notBuilt } = refusalsOf(kind.definition.service as WireServiceId);

  return async (input: Input, context) => {
    const within = (await list.within?.(input as never, context)) ?? {};
    const filtered = within === "nothing" ? within : filterBy(input, filters, context, within, notBuilt);
    if (filtered === "nothing") return answer([], undefined);
    const { account, region } = kind.key(context, anyName);
    const { documents, next } = await context.resources
      .list(kind.name, {
        account,
        region,
        ...filtered,
        sort: sortOf(input, context),
        // Some clients begin with an empty token.
        after: (input[page.token] as string | undefined) || undefined,
        limit: (input[page.limit] as number | undefined) ?? page.size,
      })
      .catch(invalidToken);
    const summaries = documents.map((found) => {
      const document = kind.read(found);
      return list.summary(document, kind.arn(document.key), context);
    });
    return answer(summaries, next);
  };

  function answer(summaries: readonly unknown[], next: string | undefined) {
    return {
      [list.member]: summaries,
      [outputToken]: next,
      ...(page.more !== undefined && { [page.more]: next !== undefined }),
    };
  }

  function sortOf(input: Input, context: Context): ResourceQuery["sort"] {
    const { SortBy: sortBy, SortOrder } = input as { readonly SortBy?: string; readonly SortOrder?: string };
    const by = sortBy === undefined ? (list.sortBy ?? "created") : sorts[sortBy];
    if (by === undefined || by === "refused") throw notBuilt(context, `SortBy ${sortBy}`);
    // "Descending" for most, "DESCENDING" for some.
    const descending = SortOrder === undefined ? list.descending : SortOrder.toLowerCase() === "descending";
    return { by, descending };
  }

  /** The store throws a RangeError for a paging position that it did not give out. */
  function invalidToken(error: unknown): never {
    if (!(error instanceof RangeError)) throw error;
    throw (
      page.invalidToken?.() ??
      validationFault(`Invalid pagination token. Use the ${outputToken} of the page before, unchanged.`)
    );
  }
}

function filterBy(
  input: Input,
  filters: Readonly<Record<string, Filter<unknown>>>,
  context: Context,
  start: object,
  notBuilt: Refusals["notBuilt"],
): Partial<ResourceQuery> | "nothing" {
  let query: Record<string, unknown> = { ...start };
  for (const member of Object.keys(input)) {
    const [filter, value] = [filters[member], input[member]];
    if (filter === undefined || value === undefined) continue;
    if (filter === "refused") throw notBuilt(context, member);
    const part = typeof filter === "function" ? filter(value, context) : partOf(filter, value);
    if (part === "nothing") return part;
    const both = merge(query, (part ?? {}) as Record<string, unknown>);
    if (!both) throw notBuilt(context, `${member} beside the other filters`);
    query = both;
  }
  return query;
}

function partOf(filter: string, value: unknown): Record<string, unknown> | "nothing" {
  if (filter === "nothing") return filter;
  if (filter === "status") return { status: value };
  const [what = "", how = ""] = filter.split(" ");
  if (what === "label") {
    const label = filter.split(" ");
    return { labels: { [label[1]!]: label[2] === "contains" ? { contains: value } : labelValue(value) } };
  }
  if (what === "name") return how === "contains" ? { nameContains: value } : { namePrefix: value };
  return { [what]: { [how]: (value as Date).getTime() } };
}

const labelValue = (value: unknown): unknown =>
  typeof value === "boolean" ? Number(value) : value instanceof Date ? value.getTime() : value;

/** Several filters hold together: the labels they ask for, and the ends of one range. undefined: the store cannot do that. */
function merge(query: Record<string, unknown>, part: Record<string, unknown>): Record<string, unknown> | undefined {
  const merged = { ...query };
  for (const [name, value] of Object.entries(part)) {
    if (value === undefined) continue;
    const before = merged[name];
    const isAlone = before === undefined || before === value;
    const both = isRecord(before) && isRecord(value) && "contains" in before === "contains" in value;
    merged[name] = isAlone ? value : both ? merge(before, value) : undefined;
    if (merged[name] === undefined) return undefined;
  }
  return merged;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
