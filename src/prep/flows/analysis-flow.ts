import { duplicateRows } from "../analyses/duplicate-rows.ts";
import { reportNode } from "../insights/report-params.ts";
import type { JsonObject } from "../json-object.ts";

/** The node of the flow whose findings are wanted. */
export const analysisNode = "analysis";
/** The name of the flow's one source, under which a job has its files. */
export const sourceName = "rows";
/** The file in which Data Wrangler's jobs leave what an analysis found, in the folder NODE/OUTPUT. */
export const findingsFile = "data_wrangler_visualization_job.json";

export const tableFormats = ["csv", "parquet", "json", "jsonl"] as const;

/** What is looked at. */
export type AnalysedTable = TableFile | TableQuery;

export interface TableFile {
  readonly kind: "file";
  /** Where it is: "s3://bucket/key", or the path of a file. */
  readonly uri: string;
  readonly format: (typeof tableFormats)[number];
  readonly delimiter: string;
  /** Of CSV: whether the first line has the names of columns; true unless given. */
  readonly hasHeader?: boolean;
  /** Of CSV: as flows name it, "ISO_8859_1"; UTF-8 unless given. */
  readonly encoding?: string;
  /** Whether it is a folder, whose files are read with those of folders in it. */
  readonly isFolder?: boolean;
}

/** The rows that Athena answers, which it writes to a place in S3. */
export interface TableQuery {
  readonly kind: "query";
  readonly sql: string;
  /** Of names without one. Absent: Athena's. */
  readonly database?: string;
  readonly workGroup?: string;
  /** "s3://bucket/prefix/" */
  readonly outputUri: string;
}

/** How a table is written, as the name of its file tells: "rows.csv.gz", "rows.ndjson.zst"; undefined where it does not. */
export function formatOfName(uri: string): Pick<TableFile, "format" | "delimiter"> | undefined {
  const ending = /\.([a-z]+)(?:\.(?:gz|zst))?$/i.exec(uri)?.[1]?.toLowerCase();
  if (ending === "tsv") return { format: "csv", delimiter: "\t" };
  const format = ending === "ndjson" ? "jsonl" : tableFormats.find((one) => one === ending);
  return format && { format, delimiter: "," };
}

/** The query for all rows of a table of the Data Catalog. */
export const queryOfTable = (database: string, table: string): string =>
  `SELECT * FROM ${quoted(database)}.${quoted(table)}`;

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/**
 * A flow that reads a table, infers its types and looks at it, as Data Wrangler would write it. The step makes null of what is not of
 * a column's type, so a report, which is to tell of it, infers types itself, and rows are looked for duplicates as they are written.
 */
export function analysisFlow(table: AnalysedTable, operator: string, parameters: JsonObject): string {
  const isAsWritten = operator === reportNode.operator || operator === duplicateRows.operator;
  const edge = (node: string) => [{ name: "df", node_id: node, output_name: "default" }];
  const outputs = [{ name: "default" }];
  return JSON.stringify({
    metadata: { version: 1, disable_limits: false },
    nodes: [
      {
        node_id: "source",
        type: "SOURCE",
        operator: `sagemaker.${table.kind === "file" ? "s3" : "athena"}_source_0.1`,
        parameters: { dataset_definition: table.kind === "file" ? fileDefinition(table) : queryDefinition(table) },
        inputs: [],
        outputs,
      },
      ...(isAsWritten ? [] : [{ ...typesNode, inputs: edge("source"), outputs }]),
      {
        node_id: analysisNode,
        type: "VISUALIZATION",
        operator: `sagemaker.visualizations.${operator}_0.1`,
        parameters,
        inputs: edge(isAsWritten ? "source" : typesNode.node_id),
        outputs,
      },
    ],
  });
}

const typesNode = {
  node_id: "types",
  type: "TRANSFORM",
  operator: "sagemaker.spark.infer_and_cast_type_0.1",
  parameters: {},
  trained_parameters: {},
};

const fileDefinition = ({ delimiter, encoding, format, hasHeader = true, isFolder, uri }: TableFile) => ({
  __typename: "S3CreateDatasetDefinitionOutput",
  datasetSourceType: "S3",
  name: sourceName,
  s3ExecutionContext: {
    s3Uri: uri,
    s3ContentType: format,
    s3HasHeader: hasHeader,
    s3FieldDelimiter: delimiter,
    ...(encoding !== undefined && { s3CsvEncodingType: encoding }),
    ...(isFolder && { s3DirIncludesNested: true }),
  },
});

const queryDefinition = ({ database, outputUri, sql, workGroup }: TableQuery) => ({
  datasetSourceType: "Athena",
  name: sourceName,
  catalogName: "AwsDataCatalog",
  ...(database !== undefined && { databaseName: database }),
  queryString: sql,
  s3OutputLocation: outputUri,
  outputFormat: "parquet",
  ...(workGroup !== undefined && { workgroup: workGroup }),
});
