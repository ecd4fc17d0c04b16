import { readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import type { EngineFile, EngineTable, FileFormat, OpenEngine } from "../../engines/port.ts";
import type { FlowSource, S3Source } from "../../prep/flows/flow-source.ts";
import { checkColumns, planned, withFileName } from "../../prep/flows/source-relation.ts";
import type { Relation } from "../../prep/sql/relation.ts";
import { StepFault } from "../../prep/step-fault.ts";
import { firstRecord } from "./csv-header.ts";
import { planType } from "./plan-type.ts";

/** A source as the engine reads it. */
export interface ReadSource {
  readonly table: EngineTable;
  readonly relation: Relation;
}

/** Where the files of sources are. */
export interface SourcePlace {
  /** The folder that the engine reads. */
  readonly root: string;
  /** The source's file or folder. */
  readonly path: string;
}

/** Looks at the files of a source. @throws StepFault for what no step could work with */
export async function readSource(
  source: FlowSource,
  name: string,
  place: SourcePlace,
  engine: OpenEngine,
): Promise<ReadSource> {
  const files = filesOf(source, place);
  const given = source.kind === "files" ? source.format : { kind: "parquet" as const };
  if (files.length === 0)
    throw new StepFault(`The source ${JSON.stringify(source.name)} has no file: ${place.path} is empty.`);
  const made = (format: FileFormat, columns: EngineTable["columns"]) =>
    madeOf(name, format, files, columns, source.kind === "files" && source.addsFileName ? prefixOf(place) : undefined);
  switch (given.kind) {
    case "csv": {
      const encoding = given.encoding;
      const read = { delimiter: given.delimiter, encoding, skippedLines: given.skippedLines };
      const first = firstRecord(join(place.root, files[0]!.path), read);
      const names = given.hasHeader ? first : first.map((_, index) => `_c${index}`);
      if (names.length === 0) throw new StepFault(`The file ${files[0]!.uri} has no line with the names of columns.`);
      checkColumns(names, files[0]!.uri);
      const format: FileFormat = {
        kind: "delimited",
        delimiter: given.delimiter,
        encoding,
        skippedLines: given.skippedLines + (given.hasHeader ? 1 : 0),
      };
      return made(
        format,
        names.map((column) => ({ name: column, type: "string" })),
      );
    }
    case "orc":
    case "parquet": {
      const columns = await engine.describe(given.kind, files);
      checkColumns(
        columns.map((column) => column.name),
        files[0]!.uri,
      );
      return made({ kind: given.kind }, columns);
    }
    case "json":
    case "jsonl": {
      const layout = given.kind === "json" ? ({ layout: "documents" } as const) : {};
      const columns = await engine.describe("json", files, layout.layout);
      checkColumns(
        columns.map((column) => column.name),
        files[0]!.uri,
      );
      return made({ kind: "json", anyCase: false, ignoresMalformed: false, paths: {}, ...layout }, columns);
    }
    default:
      throw new StepFault(`Files of ${given.kind} are not read on this engine. Give csv, parquet, json or jsonl.`);
  }
}

function madeOf(
  name: string,
  format: FileFormat,
  files: readonly EngineFile[],
  columns: EngineTable["columns"],
  prefix: string | undefined,
): ReadSource {
  const plan = columns.map((column) => ({ name: column.name, type: planType(column.type) }));
  const table = { name, columns, partitionKeys: [], format, files };
  return { table, relation: prefix === undefined ? planned(name, plan) : withFileName(name, plan, prefix) };
}

/** What comes before the name of a file in the path by which the engine reads it. */
const prefixOf = ({ path }: SourcePlace): string =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() ? `${path}/` : path.slice(0, path.lastIndexOf("/") + 1);

/** Files that Spark and Hadoop leave beside those with rows. */
const isHidden = (name: string): boolean => name.startsWith("_") || name.startsWith(".");

function filesOf(source: FlowSource, { root, path }: SourcePlace): readonly EngineFile[] {
  const found: EngineFile[] = [];
  const add = (file: string, sizeBytes: number) =>
    found.push({ path: relative(root, file), uri: relative(path, file) || source.name, sizeBytes });
  const nested = source.kind !== "files" || (source as S3Source).nested;
  const look = (folder: string, depth: number) => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (isHidden(entry.name)) continue;
      const file = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (nested || depth === 0) look(file, depth + 1);
      } else add(file, statSync(file).size);
    }
  };
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new StepFault(`The source ${JSON.stringify(source.name)} is not there: ${path}.`);
  if (stat.isDirectory()) look(path, 0);
  else add(path, stat.size);
  return found;
}
