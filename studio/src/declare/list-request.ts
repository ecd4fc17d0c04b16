import type { SearchResponse } from "@aws-sdk/client-sagemaker";
import { call, type Operation, operationOf } from "../api/command.ts";
import type { Resource } from "./define-resource.ts";
import type { Item } from "./item.ts";

/** Members that lists of AWS have under several names. */
const members = {
  token: ["NextToken", "nextToken", "Marker", "ContinuationToken"],
  size: ["MaxResults", "maxResults", "MaxRecords", "MaxItems", "limit", "Limit"],
  /** Of the output where it has another name. */
  next: ["NextToken", "nextToken", "Marker", "NextContinuationToken"],
};

const first = ({ members: all }: Operation["input"], names: readonly string[]) =>
  names.find((name) => all.some((member) => member.name === name));

/** How the pages of a list are asked for, as its operation's schema says. */
export interface ListRequest {
  input(query: ListQuery, pageSize: number): Record<string, unknown>;
  /** Returns the documents of a page; those of a list of names are read. */
  read(output: object, input: object, signal?: AbortSignal): Promise<readonly Item[]>;
  next(output: object): string | undefined;
  /** Returns a request for the page of a token. */
  after(input: object, token: string): object;
  /** Returns the value of SortBy for a column; undefined for one by which the list cannot be sorted. */
  sortOf(column: string): string | undefined;
}

export interface ListQuery {
  readonly token?: string;
  readonly filters: Readonly<Record<string, string>>;
  readonly sort?: { readonly by: string; readonly descending: boolean };
}

/** The filters as the operation takes them. */
const askedBy = ({ search }: Resource, { filters }: ListQuery): object =>
  search ? { Resource: search.resource, SearchExpression: search.where(filters) } : filters;

export function listRequest(resource: Resource): ListRequest {
  const { input, output } = operationOf(resource.list);
  const token = first(input, members.token);
  const size = first(input, members.size);
  const next = first(output, members.next);
  const list = output.members.find(({ shape }) => shape.kind === "list" && shape.element.shape.kind === "structure");
  const sorts = input.members.some(({ name }) => name === "SortBy");
  return {
    input(query, pageSize) {
      const made: Record<string, unknown> = { ...resource.listInput, ...askedBy(resource, query) };
      if (token && query.token) made[token] = query.token;
      if (size) made[size] = pageSize;
      if (query.sort && sorts)
        Object.assign(made, { SortBy: query.sort.by, SortOrder: query.sort.descending ? "Descending" : "Ascending" });
      return made;
    },
    async read(given, asked, signal) {
      const { search } = resource;
      if (search) {
        const { Results = [] } = given as SearchResponse;
        return Results.map((found) => found[search.resource] as Item | undefined).filter((item) => item !== undefined);
      }
      if (!resource.expand) return ((given as Item)[resource.itemsIn ?? list!.name] ?? []) as readonly Item[];
      const { command, itemsIn, input: inputOf } = resource.expand;
      const names = inputOf(given as Item, asked as Item);
      if (!names) return [];
      return ((await call(resource.service, command, names, signal)) as Item)[itemsIn] as readonly Item[];
    },
    after: (given, next) => ({ ...given, ...(token && { [token]: next }) }),
    next: (given) => (next ? ((given as Item)[next] as string | undefined) : undefined),
    sortOf(column) {
      if (!sorts) return undefined;
      if (resource.search) return column;
      if (column === resource.name) return "Name";
      if (column === resource.status && resource.sortsByStatus) return "Status";
      return column === "CreationTime" ? column : undefined;
    },
  };
}
