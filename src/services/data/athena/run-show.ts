import { isIceberg } from "../../../frame/iceberg-table.ts";
import { QueryFailure } from "./athena-faults.ts";
import { keepDefaultDatabase } from "./default-database.ts";
import type { CatalogTable } from "./file-format.ts";
import { defining, placeOf, tableOf } from "./named-table.ts";
import { putLines } from "./put-result.ts";
import type { Outcome, QueryRun } from "./query-run.ts";
import { icebergDefinition, icebergPropertiesOf, partitionLines } from "./show-iceberg.ts";
import type { StatementOf } from "./statement-of.ts";
import { partitionsOf } from "./table-partitions.ts";
import { viewOf } from "./view-text.ts";

async function show(run: QueryRun, names: readonly string[], lines: readonly string[]): Promise<Outcome> {
  await putLines(
    run,
    names.map((name) => ({ name, type: "string" })),
    lines,
  );
  return {};
}

/** Hive's pattern of names: `*`, `.*` and `%` are any text, `.` is any letter, `|` divides alternatives. */
const matcher = (like: string | undefined): ((name: string) => boolean) => {
  if (like === undefined) return () => true;
  const parts = like
    .split("|")
    .map((part) => part.replaceAll(/[+?^${}()[\]\\]/g, "\\$&").replaceAll(/(?:\.?\*|%)+/g, ".*"));
  const pattern = new RegExp(`^(?:${parts.join("|")})$`, "i");
  return (name) => pattern.test(name);
};

export async function showDatabases({ like }: StatementOf<"show-databases">, run: QueryRun): Promise<Outcome> {
  await keepDefaultDatabase(run.context);
  const names: string[] = [];
  for (let NextToken: string | undefined; ; ) {
    const page = await run.context.call("glue", "GetDatabases", NextToken === undefined ? {} : { NextToken });
    names.push(...(page.DatabaseList ?? []).map(({ Name = "" }) => Name));
    NextToken = page.NextToken;
    if (NextToken === undefined) break;
  }
  return show(run, ["database_name"], names.filter(matcher(like)));
}

export async function showTables(
  statement: StatementOf<"show-tables"> | StatementOf<"show-views">,
  run: QueryRun,
): Promise<Outcome> {
  const { DatabaseName } = placeOf(run, {
    ...(statement.database !== undefined && { database: statement.database }),
    name: "",
  });
  const views = statement.kind === "show-views";
  const names: string[] = [];
  await defining(async () => {
    for (let NextToken: string | undefined; ; ) {
      const page = await run.context.call("glue", "GetTables", {
        DatabaseName,
        ...(NextToken !== undefined && { NextToken }),
      });
      for (const { Name = "", TableType } of page.TableList ?? [])
        if (!views || TableType === "VIRTUAL_VIEW") names.push(Name);
      NextToken = page.NextToken;
      if (NextToken === undefined) break;
    }
  });
  return show(run, [views ? "views" : "tab_name"], names.filter(matcher(statement.like)).sort());
}

const columnsOf = ({ StorageDescriptor, PartitionKeys = [] }: CatalogTable) => [
  ...(StorageDescriptor?.Columns ?? []),
  ...PartitionKeys,
];

export async function showColumns({ table }: StatementOf<"show-columns">, run: QueryRun): Promise<Outcome> {
  const found = await tableOf(run, table);
  return show(
    run,
    ["field"],
    columnsOf(found).map(({ Name = "" }) => Name.padEnd(20)),
  );
}

export async function showPartitions({ table }: StatementOf<"show-partitions">, run: QueryRun): Promise<Outcome> {
  const found = await tableOf(run, table);
  const keys = (found.PartitionKeys ?? []).map(({ Name = "", Type = "string" }) => ({ name: Name, type: Type }));
  if (keys.length === 0)
    throw new QueryFailure(`FAILED: SemanticException: ${found.DatabaseName}.${found.Name} is not a partitioned table`);
  const partitions = await partitionsOf(run.context, found, keys);
  return show(
    run,
    ["partition"],
    partitions.map(({ folder }) => folder.split("/").map(decodeURIComponent).join("/")),
  );
}

export async function showProperties(
  { property, table }: StatementOf<"show-tblproperties">,
  run: QueryRun,
): Promise<Outcome> {
  const found = await tableOf(run, table);
  const Parameters = isIceberg(found) ? await icebergPropertiesOf(run, found) : (found.Parameters ?? {});
  const all = Object.entries(Parameters).filter(([key]) => property === undefined || key === property);
  return show(
    run,
    ["prpt_name", "prpt_value"],
    all.map(([key, value]) => (property === undefined ? `${key}\t${value}` : value!)),
  );
}

const cell = (text = "") => text.padEnd(20);
const described = ({
  Name,
  Type,
  Comment,
}: {
  Name?: string | undefined;
  Type?: string | undefined;
  Comment?: string | undefined;
}) => [Name, Type, Comment].map(cell).join("\t");

export async function describe({ column, mode, table }: StatementOf<"describe">, run: QueryRun): Promise<Outcome> {
  const found = await tableOf(run, table);
  const names = ["col_name", "data_type", "comment"];
  if (column !== undefined) {
    const one = columnsOf(found).find(({ Name }) => Name === column.toLowerCase());
    if (!one) throw new QueryFailure(`FAILED: SemanticException [Error 10002]: Invalid column reference ${column}`);
    return show(run, names, [described(one)]);
  }
  const blank = "\t \t ";
  const head = ["# col_name", "data_type", "comment"].map(cell).join("\t");
  const keys = found.PartitionKeys ?? [];
  const parts = isIceberg(found)
    ? await partitionLines(run, found)
    : keys.length === 0
      ? []
      : [blank, `# Partition Information${blank}`, head, blank, ...keys.map(described)];
  const more = mode === undefined ? [] : [blank, `# Detailed Table Information${blank}`, ...details(found)];
  return show(run, names, [...columnsOf(found).map(described), ...parts, ...more]);
}

const details = ({ DatabaseName, Parameters = {}, StorageDescriptor = {}, TableType }: CatalogTable): string[] => [
  ...[
    `Database:\t${DatabaseName}`,
    `Location:\t${StorageDescriptor.Location ?? ""}`,
    `Table Type:\t${TableType ?? ""}`,
  ],
  ...[
    `SerDe Library:\t${StorageDescriptor.SerdeInfo?.SerializationLibrary ?? ""}`,
    `InputFormat:\t${StorageDescriptor.InputFormat ?? ""}`,
  ],
  ...[`OutputFormat:\t${StorageDescriptor.OutputFormat ?? ""}`, "Table Parameters:\t"],
  ...Object.entries(Parameters).map(([key, value]) => `\t${key}\t${value}`),
];

const quoted = (text: string) => `'${text.replaceAll("'", "\\'")}'`;

export async function showCreateTable({ table }: StatementOf<"show-create-table">, run: QueryRun): Promise<Outcome> {
  const found = await tableOf(run, table);
  if (viewOf(found)) throw new QueryFailure(`${found.DatabaseName}.${found.Name} is a view: use SHOW CREATE VIEW`);
  if (isIceberg(found)) return show(run, ["createtab_stmt"], (await icebergDefinition(run, found)).split("\n"));
  const { Columns = [], InputFormat, Location = "", OutputFormat, SerdeInfo } = found.StorageDescriptor ?? {};
  const list = (columns: typeof Columns) =>
    columns
      .map(({ Comment, Name, Type }) => `  \`${Name}\` ${Type}${Comment ? ` COMMENT ${quoted(Comment)}` : ""}`)
      .join(", \n");
  const pairs = (values: Readonly<Record<string, string | undefined>>) =>
    Object.entries(values)
      .map(([key, value]) => `  ${quoted(key)}=${quoted(value ?? "")}`)
      .join(", \n");
  const { Parameters: given = {} } = SerdeInfo ?? {};
  // Hive does not show the one that it gives every SerDe.
  const isUsual = Object.keys(given).length === 1 && given["serialization.format"] === "1";
  const parameters = isUsual ? {} : given;
  const keys = found.PartitionKeys ?? [];
  const { comment, ...properties } = found.Parameters ?? {};
  const text = [
    `CREATE EXTERNAL TABLE \`${found.Name}\`(`,
    `${list(Columns)})`,
    ...(comment === undefined ? [] : [`COMMENT ${quoted(comment)}`]),
    ...(keys.length > 0 ? ["PARTITIONED BY ( ", `${list(keys)})`] : []),
    ...(SerdeInfo?.SerializationLibrary ? ["ROW FORMAT SERDE ", `  ${quoted(SerdeInfo.SerializationLibrary)} `] : []),
    ...(Object.keys(parameters).length > 0 ? ["WITH SERDEPROPERTIES ( ", `${pairs(parameters)}) `] : []),
    ...(InputFormat
      ? ["STORED AS INPUTFORMAT ", `  ${quoted(InputFormat)} `, "OUTPUTFORMAT ", `  ${quoted(OutputFormat ?? "")}`]
      : []),
    ...["LOCATION", `  ${quoted(Location)}`],
    ...["TBLPROPERTIES (", `${pairs(properties)})`],
  ];
  return show(run, ["createtab_stmt"], text.join("\n").split("\n"));
}

export async function showCreateView({ table }: StatementOf<"show-create-view">, run: QueryRun): Promise<Outcome> {
  const found = await tableOf(run, table);
  const view = viewOf(found);
  if (!view) throw new QueryFailure(`${found.DatabaseName}.${found.Name} is a table: use SHOW CREATE TABLE`);
  return show(run, ["Create View"], `CREATE VIEW ${found.DatabaseName}.${found.Name} AS\n${view.view}`.split("\n"));
}
