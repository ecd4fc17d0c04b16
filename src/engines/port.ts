import type { EngineFunction } from "../base/engine-function.ts";
import type { IcebergStruct } from "../iceberg/table-metadata.ts";

/**
 * A SQL engine answers statements over files that lie in a folder of its machine. It knows nothing of S3, of a catalog or
 * of who asks: whoever opens it has resolved every table to files and put them there, and it reads nothing else.
 */

/** A file of a table. */
export interface EngineFile {
  /** Below the folder that the engine reads. */
  readonly path: string;
  /** What messages call it: "s3://bucket/key". */
  readonly uri: string;
  readonly sizeBytes: number;
  /** When it was written, in milliseconds since 1970. */
  readonly modified?: number;
  /** What the column "$partition" says of its rows. */
  readonly partition?: string;
  /** What a table of Iceberg knows of a file with rows. */
  readonly iceberg?: IcebergFile;
}

export interface IcebergFile {
  readonly recordCount: number;
  /** Values of columns that the file itself may not hold, by the ids of their fields: bytes as Iceberg writes them, in hex. */
  readonly constants?: Readonly<Record<string, string>>;
  /** Which of the table's files of equality deletes concern the file. */
  readonly equalityDeletes?: readonly number[];
}

/** A column as the catalog declares it. Types are those of Hive: "bigint", "array<struct<a:int>>". */
export interface EngineColumn {
  readonly name: string;
  readonly type: string;
}

/** How the rows of a table's files are written. */
export type FileFormat =
  | { readonly kind: "parquet" }
  | { readonly kind: "orc" }
  /** Lines of values that a character divides; complex values are divided by further characters. */
  | (Omit<TextForm, "header"> & { readonly kind: "text"; readonly skippedLines: number })
  /** Lines of values that may be quoted. */
  | {
      readonly kind: "csv";
      readonly separator: string;
      readonly quote: string;
      readonly escape: string;
      readonly skippedLines: number;
    }
  /** Lines of values as people and programs exchange them: every column is text, and a value that is absent is null. */
  | {
      readonly kind: "delimited";
      readonly delimiter: string;
      /** In words of the engines: "utf-8", "utf-16", "latin-1". */
      readonly encoding: string;
      /** Those before the rows: the header is one. */
      readonly skippedLines: number;
    }
  /** Each file is a row: its path, and its bytes. */
  | { readonly kind: "files" }
  /**
   * One object a line. `paths` are the names in the objects of those columns that have others there. `anyCase`: a name stands for
   * the key in any case; `dotsAsUnderscores`: for a key with dots in place of its underscores, too.
   */
  | {
      readonly kind: "json";
      readonly anyCase: boolean;
      readonly dotsAsUnderscores?: boolean;
      readonly ignoresMalformed: boolean;
      readonly paths: Readonly<Record<string, string>>;
      /** As OpenX reads: bytes are in Base64, a line without anything is a row of nulls, numbers in texts are written as Java does. */
      readonly openx?: true;
      /** `documents`: a file is an array of objects, or objects over several lines. Absent: one object a line. */
      readonly layout?: "documents";
    }
  /**
   * Parquet files whose columns are found by the ids of their fields. The table's rows have two columns more: "$file" and
   * "$pos", by which `writeIceberg` knows them.
   */
  | {
      readonly kind: "iceberg";
      readonly schema: IcebergStruct;
      /** The names in files without ids, by the ids of fields. */
      readonly names?: Readonly<Record<string, readonly string[]>>;
      readonly positionDeletes: readonly EngineFile[];
      readonly equalityDeletes: readonly { readonly file: EngineFile; readonly fieldIds: readonly number[] }[];
    };

/** Columns that every table has besides its own. They are there for a statement that names one. */
export const hiddenColumns = ["$path", "$file_size", "$file_modified_time", "$partition"] as const;
export type HiddenColumn = (typeof hiddenColumns)[number];

export interface EngineTable {
  /** Under which the statement names it. */
  readonly name: string;
  readonly columns: readonly EngineColumn[];
  /** Columns whose values the folders of the files say: `key=value`, percent-encoded. They come last. */
  readonly partitionKeys: readonly EngineColumn[];
  readonly format: FileFormat;
  readonly files: readonly EngineFile[];
}

export interface EngineStatement {
  /** A query in the engine's own dialect. */
  readonly sql: string;
  /** Statements that make what the query calls, in its dialect. */
  readonly prelude?: readonly string[];
  readonly tables: readonly EngineTable[];
  /** Whether the rows may be kept and written in any order, which takes less memory. */
  readonly anyOrder?: boolean;
}

/** How lines of text hold values; see the format `text`. */
export interface TextForm {
  readonly delimiter: string;
  readonly escape?: string;
  readonly nullText: string;
  readonly elements: string;
  readonly keys: string;
  /** Whether a first line has the names of the columns. */
  readonly header: boolean;
}

/** What `write` makes of the rows of a query. */
export interface WrittenFiles {
  readonly format: "parquet" | "json" | "csv" | "text";
  /** The columns in the files. Values become the type that is given, in Hive's words. */
  readonly columns: readonly { readonly name: string; readonly type?: string }[];
  readonly compression: "none" | "gzip" | "snappy" | "zstd";
  /** For `csv`: what divides the values. */
  readonly delimiter?: string;
  /** For `csv`: what is around each value, and twice for itself within one. Null is then nothing. */
  readonly quote?: string;
  /** For `text`: how values are written, so that they are read in the format of that kind. */
  readonly text?: TextForm;
  /** For `csv`: whether the first line has the names; values are quoted where they need it, as people exchange files. */
  readonly header?: boolean;
  /** Of `columns`, the last ones: they become folders `key=value`, and are left out of the files. */
  readonly partitionedBy: readonly string[];
  /** Whether there is a file where there are no rows, which has the columns alone. With partitions there is never one. */
  readonly evenEmpty?: true;
  /** Whether there is one file alone, where an engine would write several at a time. */
  readonly oneFile?: true;
  /** The beginning of the files' names. */
  readonly name: string;
}

/** What `writeIceberg` makes of the rows of a query. */
export interface IcebergWrite {
  /**
   * `rows`: the columns of the query are those of the table. `changes`: three columns come before them: "$file" and
   * "$pos" of a row that is deleted, and whether the row's values are written.
   */
  readonly rows: "rows" | "changes";
  readonly schema: IcebergStruct;
  readonly partition: readonly { readonly sourceId: number; readonly transform: string }[];
  readonly compression: WrittenFiles["compression"];
  /** Files are as large at most, about. */
  readonly fileSizeBytes: number;
  /** The name of the table among those of the statement whose rows are changed. */
  readonly table?: string;
}

/** What is known of a column of a file: its bounds are bytes as Iceberg writes them, in hex. */
export interface IcebergColumnFacts {
  readonly sizeBytes: number;
  readonly values: number;
  readonly nulls: number;
  readonly nans?: number;
  readonly lower?: string;
  readonly upper?: string;
}

export interface IcebergWrittenFile {
  /** Below the folder of the output. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly recordCount: number;
  /** Of rows: the values of the partition, in hex. */
  readonly partition?: readonly (string | null)[];
  /** Of positions of deleted rows: the URI of the file that has the rows. */
  readonly deletesOf?: string;
  readonly columns: Readonly<Record<string, IcebergColumnFacts>>;
}

export interface IcebergWritten {
  readonly files: readonly IcebergWrittenFile[];
  /** URIs of the files in which no row is left. */
  readonly emptied: readonly string[];
  /** How many rows the query had. */
  readonly rows: number;
  readonly deletedRows: number;
}

export interface EngineOptions {
  /** The folder with the tables' files; nothing else is read. */
  readonly tables: string;
  /** The folder to which `write` writes. */
  readonly output: string;
  /** The folder for what does not fit the memory. */
  readonly spill: string;
  readonly memoryBytes: number;
  readonly spillBytes: number;
  readonly threads: number;
  /** Statements that prepare the engine's dialect for every query, before it is locked. */
  readonly prelude: readonly string[];
  /** Functions that statements can call besides the engine's own. */
  readonly functions?: readonly EngineFunction[];
}

/**
 * The type of a column's values in a batch, and what holds a value: boolean; integer and float (number); bigint (bigint);
 * decimal and uuid (text); string; binary (Uint8Array); date (days since 1970); time and timestamp (bigint,
 * microseconds); interval (its parts); list (array), struct (array, in the order of the fields), map (array of pairs).
 * Null is null.
 */
export type ValueType =
  | { readonly kind: "boolean" | "integer" | "bigint" | "float" | "double" | "decimal" | "string" | "uuid" }
  | { readonly kind: "binary" | "date" | "time" | "timestamp" | "interval" }
  | { readonly kind: "list"; readonly element: ValueType }
  | { readonly kind: "struct"; readonly fields: readonly { readonly name: string; readonly type: ValueType }[] }
  | { readonly kind: "map"; readonly key: ValueType; readonly value: ValueType };

/** Some rows, column by column. */
export interface Batch {
  readonly rowCount: number;
  readonly columns: readonly (readonly unknown[])[];
}

export interface RowsOut {
  readonly columns: readonly { readonly name: string; readonly type: ValueType }[];
  readonly batches: AsyncIterable<Batch>;
}

/**
 * Why a statement failed. `resources`: it needs more memory or disk than it may take; `data`: a file is not what its table
 * says; `statement`: it asks for what cannot be, such as a division by zero; `missing`: a file is gone; `cancelled`.
 */
export type EngineFaultKind = "resources" | "data" | "statement" | "missing" | "cancelled" | "internal";

export class EngineFault extends Error {
  readonly kind: EngineFaultKind;
  constructor(kind: EngineFaultKind, message: string) {
    super(message);
    this.name = "EngineFault";
    this.kind = kind;
  }
}

/** An engine that is open: it has no table, reads and writes only the folders of its options, and stays so. */
export interface OpenEngine {
  /** Answers a query. @throws EngineFault, also while the batches are read */
  rows(statement: EngineStatement, signal: AbortSignal): Promise<RowsOut>;
  /** Writes the rows of a query to files in the folder for output, and returns how many rows there were. */
  write(statement: EngineStatement, files: WrittenFiles, signal: AbortSignal): Promise<number>;
  /**
   * Returns the columns that files have by themselves, in the order of the first. `layout` is of JSON, as a table's format
   * has it. @throws EngineFault for a format that the engine does not read
   */
  describe(
    format: "parquet" | "orc" | "json",
    files: readonly EngineFile[],
    layout?: "documents",
  ): Promise<readonly EngineColumn[]>;
  /** Keeps the rows of a query as a table, which later statements of this engine name. */
  keep(name: string, statement: EngineStatement, signal: AbortSignal): Promise<void>;
  /** Writes files of rows and of positions of deleted rows to the folder for output. */
  writeIceberg(statement: EngineStatement, files: IcebergWrite, signal: AbortSignal): Promise<IcebergWritten>;
  /**
   * Closes this engine and returns another with its options, which knows no table, no function and no row of this one. It costs
   * less than to open one. Undefined where an engine cannot: this one is then as it was.
   */
  next?(): Promise<OpenEngine | undefined>;
  close(): void;
}

export interface SqlEngine {
  readonly name: string;
  /** What it lacks of a table's format or types; undefined when it reads the table. */
  lacks(table: Pick<EngineTable, "columns" | "format">): string | undefined;
  open(options: EngineOptions): Promise<OpenEngine>;
}
