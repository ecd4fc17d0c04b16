import type { ResourceDocument, ResourceKey, ResourceQuery, SortBy } from "../stores/resources/port.ts";
import type { WireServiceId } from "../wire/wire-services.ts";
import type { Context } from "./context.ts";
import type { Kind } from "./define-kind.ts";
import type { AnyHandler } from "./define-operations.ts";
import {
  type Filter,
  type OtherOrder,
  type QueryPart,
  type Sort,
  sharedFilters,
  sharedSorts,
} from "./list-definition.ts";
import { listPage, type PageMembers, pageMembers } from "./list-page.ts";
import { type Refusals, refusalsOf } from "./not-built.ts";

/** A list as its handler sees it; the types of its operation are checked where it is declared. */
export interface AnyList<Document> {
  readonly operation: string;
  readonly member: string;
  readonly descending: boolean;
  readonly sortBy?: SortBy;
  summary(document: Document, arn: string, context: Context, input: never): unknown;
  within?(input: never, context: Context): QueryPart | Promise<QueryPart>;
  named?(input: never, context: Context): readonly ResourceKey[] | undefined;
  beside?(input: never, context: Context): object;
  readonly page?: PageMembers;
  readonly filters?: object;
  readonly sorts?: object;
}
type Input = Readonly<Record<string, unknown>>;

/** Makes the handler of a List operation. The store filters, sorts and pages, so only the documents shown are read. */
export function createListHandler<Wanted, Actual>(
  kind: Kind<Wanted, Actual>,
  list: AnyList<ResourceDocument<Wanted, Actual>>,
): AnyHandler {
  const filters = { ...sharedFilters, ...list.filters } as Readonly<Record<string, Filter<unknown>>>;
  const sorts = { ...sharedSorts, ...list.sorts } as Readonly<Record<string, Sort<Input>>>;
  const page = pageMembers(list.page);
  const anyName = Object.fromEntries((kind.sets[0] ?? []).map((variable) => [variable, "*"]));
  const { notBuilt } = refusalsOf(kind.definition.service as WireServiceId);

  return async (input: Input, context) => {
    const within = (await list.within?.(input as never, context)) ?? {};
    const filtered = within === "nothing" ? within : filterBy(input, filters, context, within, notBuilt);
    if (filtered === "nothing") return answer([], undefined, input, context);
    const named = list.named?.(input as never, context);
    if (named) return answer(await documentsOf(named, context), undefined, input, context);
    const { by, descending } = sortOf(input, context);
    const { account, region } = kind.key(context, anyName);
    const { documents, next } = await listPage(page, input, (asked) => {
      const query = { account, region, ...filtered, ...asked };
      return typeof by === "function"
        ? by({ ...query, descending }, input, context)
        : context.resources.list(kind.name, { ...query, sort: { by, descending } });
    });
    return answer(documents, next, input, context);
  };

  async function answer(
    found: readonly ResourceDocument[],
    next: string | undefined,
    input: Input,
    context: Context,
  ): Promise<unknown> {
    const summaries = found.map((each) => {
      const document = kind.read(each);
      return list.summary(document, kind.arn(document.key), context, input as never);
    });
    return {
      [list.member]: await Promise.all(summaries),
      [page.next]: next,
      ...(page.more !== undefined && { [page.more]: next !== undefined }),
      ...list.beside?.(input as never, context),
    };
  }

  async function documentsOf(keys: readonly ResourceKey[], { resources }: Context): Promise<ResourceDocument[]> {
    const found = await Promise.all(keys.map((key) => resources.get(key)));
    return found.filter((document) => document !== undefined);
  }

  function sortOf(input: Input, context: Context): { by: SortBy | OtherOrder<Input>; descending: boolean } {
    const [asked, order] = [input[page.sortBy] as string | undefined, input[page.sortOrder]];
    const by = asked === undefined ? (list.sortBy ?? "created") : sorts[asked];
    if (by === undefined || by === "refused") throw notBuilt(context, `${page.sortBy} ${asked}`);
    if (order === undefined) return { by, descending: list.descending };
    // "Descending" for most, "DESCENDING" for some, and true for others.
    return { by, descending: order === true || String(order).toLowerCase() === "descending" };
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
  if (what === "name") return { [`name${how[0]!.toUpperCase()}${how.slice(1)}`]: value };
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
