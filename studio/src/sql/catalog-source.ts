import { GetDatabasesCommand, GetTableCommand, GetTablesCommand, type Table } from "@aws-sdk/client-glue";
import { call } from "../api/command.ts";
import { queries } from "../frame/query.ts";
import { glue } from "../services/glue.ts";

/** Names that are read for a completion; the tree reads the others page by page. */
const mostNames = 1_000;
const kept = { staleTime: 60_000 };

export interface NamesPage {
  readonly names: readonly string[];
  readonly next: string | undefined;
}

export async function readDatabases(NextToken: string | undefined, signal?: AbortSignal): Promise<NamesPage> {
  const page = await call(glue, GetDatabasesCommand, { NextToken, MaxResults: 100 }, signal);
  return { names: (page.DatabaseList ?? []).map(({ Name }) => Name!), next: page.NextToken };
}

/** A page of the tables of a database, those whose name has a text in it. */
export async function readTables(
  DatabaseName: string,
  text: string,
  NextToken: string | undefined,
  signal?: AbortSignal,
): Promise<NamesPage> {
  const Expression = text === "" ? undefined : `.*${text.toLowerCase().replaceAll(/[^\w]/g, ".")}.*`;
  const input = { DatabaseName, Expression, NextToken, MaxResults: 100, AttributesToGet: ["NAME" as const] };
  const page = await call(glue, GetTablesCommand, input, signal);
  return { names: (page.TableList ?? []).map(({ Name }) => Name!), next: page.NextToken };
}

async function all(read: (token: string | undefined) => Promise<NamesPage>): Promise<string[]> {
  const names: string[] = [];
  let token: string | undefined;
  do {
    const page = await read(token);
    names.push(...page.names);
    token = page.next;
  } while (token !== undefined && names.length < mostNames);
  return names;
}

export const allDatabases = (): Promise<string[]> =>
  queries.fetchQuery({ queryKey: ["glue/database", "names"], queryFn: () => all(readDatabases), ...kept });

export const allTables = (database: string): Promise<string[]> =>
  queries.fetchQuery({
    queryKey: ["glue/table", "names", database],
    queryFn: () => all((token) => readTables(database, "", token)),
    ...kept,
  });

export interface NamedColumn {
  readonly name: string;
  readonly type: string;
  readonly isKey: boolean;
}

const columnsOf = ({ StorageDescriptor, PartitionKeys = [] }: Table): NamedColumn[] =>
  [
    ...(StorageDescriptor?.Columns ?? []).map((column) => ({ column, isKey: false })),
    ...PartitionKeys.map((column) => ({ column, isKey: true })),
  ].map(({ column: { Name = "", Type = "" }, isKey }) => ({ name: Name, type: Type, isKey }));

/** The columns of a table; none where there is no such table. */
export const readColumns = (DatabaseName: string, Name: string): Promise<NamedColumn[]> =>
  queries.fetchQuery({
    queryKey: ["glue/table", "columns", DatabaseName, Name],
    queryFn: async () => columnsOf((await call(glue, GetTableCommand, { DatabaseName, Name })).Table!),
    ...kept,
  });
