import { type JsonObject, objectOf } from "../json-object.ts";
import { StepFault } from "../step-fault.ts";
import type { FlowNode } from "./flow.ts";
import type { KeyPattern } from "./key-pattern.ts";

/** What a source node reads. */
export type FlowSource = S3Source | QuerySource;

export interface S3Source {
  readonly kind: "files";
  /** The name of the data set, under which a job has its files. */
  readonly name: string;
  readonly uri: string;
  readonly format: SourceFormat;
  readonly nested: boolean;
  /** Whether a column says the file of each row. */
  readonly addsFileName: boolean;
  /** The files are named by a manifest. */
  readonly isManifest: boolean;
  /** The files that the flow itself names in place of a manifest. */
  readonly uris?: readonly string[];
  /** Which of the objects below `uri` are read, where parameters of the path say so. */
  readonly keys?: KeyPattern;
}

/** In the words of the Web's decoders. */
export type TextEncoding = (typeof encodings)[keyof typeof encodings];

export type SourceFormat =
  | {
      readonly kind: "csv";
      readonly delimiter: string;
      readonly hasHeader: boolean;
      readonly skippedLines: number;
      readonly encoding: TextEncoding;
      readonly multiLine: boolean;
    }
  | { readonly kind: "parquet" | "json" | "jsonl" | "orc" | "image" };

/** What a service or a database answers; a job has its rows as files of Parquet. */
export interface QuerySource {
  readonly kind: (typeof queryKinds)[number];
  readonly name: string;
  readonly definition: JsonObject;
}

const queryKinds = ["athena", "redshift", "postgresql", "mysql", "snowflake"] as const;
const formats = ["csv", "parquet", "json", "jsonl", "orc", "image"] as const;
/** By the names that flows have, which are Java's and Python's. */
const encodings = {
  UTF_8: "utf-8",
  UTF8: "utf-8",
  UTF_8_SIG: "utf-8",
  US_ASCII: "utf-8",
  ASCII: "utf-8",
  UTF_16: "utf-16",
  UTF_16LE: "utf-16le",
  UTF_16BE: "utf-16be",
  ISO_8859_1: "latin-1",
  LATIN1: "latin-1",
  LATIN_1: "latin-1",
  ISO_8859_2: "iso-8859-2",
  ISO_8859_15: "iso-8859-15",
  WINDOWS_1250: "windows-1250",
  WINDOWS_1251: "windows-1251",
  WINDOWS_1252: "windows-1252",
  CP1252: "windows-1252",
  SHIFT_JIS: "shift_jis",
  EUC_JP: "euc-jp",
  EUC_KR: "euc-kr",
  GB18030: "gb18030",
  GBK: "gbk",
  BIG5: "big5",
} as const;

/** The member of a filled source that says which keys it reads (`fill-parameters.ts`). */
export const keyPatternMember = "sagebrushKeys";
/** The column of a source that says the file of a row. */
export const fileNameColumn = "_data_source_filename";

/** Returns what a source node reads. @throws StepFault */
export function flowSource({ operator, parameters }: FlowNode): FlowSource {
  const definition = objectOf(parameters.dataset_definition);
  const name = String(definition.name ?? "");
  const kind = queryKinds.find((known) => operator.startsWith(`sagemaker.${known}_source_`));
  if (kind !== undefined) return { kind, name: name === "" ? kind : name, definition };
  if (!/^sagemaker\.s3_source_/.test(operator))
    throw new StepFault(
      `The source ${JSON.stringify(operator)} is not known here; the sources are ${["s3", ...queryKinds].map((known) => `sagemaker.${known}_source`).join(", ")}.`,
    );
  const context = objectOf(definition.s3ExecutionContext);
  const uri = String(context.s3Uri ?? "");
  if (uri === "") throw new StepFault('The source has no "s3Uri"; name the S3 object or prefix that it reads.');
  return {
    kind: "files",
    name: name === "" ? uri.slice(uri.lastIndexOf("/") + 1) : name,
    uri,
    format: formatOf(context, uri),
    nested: context.s3DirIncludesNested === true,
    addsFileName: context.s3AddsFilenameColumn === true,
    isManifest: context.s3DataType === "ManifestFile",
    ...(urisOf(context) && { uris: urisOf(context)! }),
    ...(keyPatternMember in context && { keys: context[keyPatternMember] as unknown as KeyPattern }),
  };
}

/** What a flow itself lists in place of a manifest. */
function urisOf(context: JsonObject): readonly string[] | undefined {
  const uris = objectOf(context.s3ManifestPlain).s3Uris;
  return Array.isArray(uris) && uris.length > 0 ? uris.map(String) : undefined;
}

function formatOf(context: JsonObject, uri: string): SourceFormat {
  const type = String(context.s3ContentType ?? endingOf(uri)).toLowerCase();
  const kind = formats.find((known) => known === type);
  if (kind === undefined)
    throw new StepFault(`The content type ${JSON.stringify(type)} is not read; give one of ${formats.join(", ")}.`);
  if (kind !== "csv") return { kind };
  const encoding = String(context.s3CsvEncodingType ?? "UTF_8");
  const name = encoding.toUpperCase().replaceAll("-", "_");
  if (!Object.hasOwn(encodings, name))
    throw new StepFault(
      `The encoding ${JSON.stringify(encoding)} is not read; give one of ${Object.keys(encodings).join(", ")}.`,
    );
  const known = encodings[name as keyof typeof encodings];
  const skipped = Number(context.s3SkipLines ?? 0);
  if (!Number.isSafeInteger(skipped) || skipped < 0)
    throw new StepFault(
      `s3SkipLines is ${JSON.stringify(context.s3SkipLines)}; give how many lines come before the header, such as 0.`,
    );
  const delimiter = String(context.s3FieldDelimiter ?? ",");
  if ([...delimiter].length !== 1)
    throw new StepFault(
      `The delimiter ${JSON.stringify(delimiter)} is not one character; give one, such as "," or ";".`,
    );
  return {
    kind,
    delimiter,
    hasHeader: context.s3HasHeader !== false,
    skippedLines: skipped,
    encoding: known,
    multiLine: context.s3MultiLine === true,
  };
}

const endingOf = (uri: string): string => /\.(csv|parquet|json|jsonl|orc)(?:\.\w+)?$/i.exec(uri)?.[1] ?? "csv";
