import { readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import type { EngineFile, EngineTable, FileFormat } from "../../engines/port.ts";
import type { Column } from "../../prep/column-type.ts";
import type { FlowSource, SourceFormat } from "../../prep/flows/flow-source.ts";
import { isMeant } from "../../prep/flows/key-pattern.ts";
import { checkColumns, planned, withFileName, withoutPrefix } from "../../prep/flows/source-relation.ts";
import type { Relation } from "../../prep/sql/relation.ts";
import { StepFault } from "../../prep/step-fault.ts";
import { firstRecord } from "./csv-header.ts";
import { exactColumns, type TableReader } from "./exact-columns.ts";
import { planType } from "./plan-type.ts";
import { checkCompression, inUtf8, isReadAsIs } from "./text-files.ts";

/** A source as the engine reads it. */
export interface ReadSource {
  readonly table: EngineTable;
  /** The table's columns with the types that the relation gives them. */
  readonly columns: readonly Column[];
  readonly relation: Relation;
}

/** Where the files of sources are. */
export interface SourcePlace {
  /** The folder that the engine reads. */
  readonly root: string;
  /** The source's file or folder. */
  readonly path: string;
  /** A folder below `root` for files that are written anew, of this source alone. */
  readonly work: string;
  /** The key in S3 of what the folder has the objects below, up to its last slash; absent where it is not one prefix. */
  readonly key?: string;
}

/** Looks at the files of a source. @throws StepFault for what no step could work with */
export async function readSource(
  source: FlowSource,
  name: string,
  place: SourcePlace,
  reader: TableReader,
): Promise<ReadSource> {
  const { engine } = reader;
  const files = filesOf(source, place);
  const given = source.kind === "files" ? source.format : { kind: "parquet" as const };
  if (files.length === 0) throw new StepFault(noFile(source, place));
  const prefix = source.kind === "files" && source.addsFileName ? prefixOf(place) : undefined;
  const made: Make = (format, columns, read = files, before = prefix) =>
    madeOf(name, format, read, columns, prefix === undefined ? undefined : before, reader);
  switch (given.kind) {
    case "csv":
      return readCsv(given, files, place, made);
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
    case "image": {
      const table: EngineTable = { name, columns: imageColumns, partitionKeys: [], format: { kind: "files" }, files };
      return {
        table,
        columns: imagePlan,
        relation: withoutPrefix(planned(name, imagePlan), imagePathColumn, prefixOf(place)),
      };
    }
  }
}

/** An image is a row: its path below the source's folder, and its bytes. */
const imagePathColumn = "image_path";
const imageColumns = [
  { name: imagePathColumn, type: "string" },
  { name: "image", type: "binary" },
];
const imagePlan = imageColumns.map((one) => ({ name: one.name, type: planType(one.type) }));

function noFile(source: FlowSource, { path }: SourcePlace): string {
  const title = `The source ${JSON.stringify(source.name)} has no file`;
  if (source.kind !== "files") return `${title}: ${path} is empty.`;
  if (source.keys)
    return `${title}: no key below ${source.uri} fits the parameters of its path. Give them other values.`;
  const folders = source.nested ? "" : ' Files in folders below it are read where "s3DirIncludesNested" is true.';
  return `${title}: there is none directly below ${source.uri}.${folders}`;
}

type CsvFormat = Extract<SourceFormat, { readonly kind: "csv" }>;
type Make = (
  format: FileFormat,
  columns: EngineTable["columns"],
  files?: readonly EngineFile[],
  prefix?: string,
) => Promise<ReadSource>;

/** All values are text. The names are those of the first file's header, and the other files have the same. */
async function readCsv(
  { delimiter, encoding: given, hasHeader, skippedLines }: CsvFormat,
  found: readonly EngineFile[],
  place: SourcePlace,
  made: Make,
): Promise<ReadSource> {
  for (const { path, uri } of found) checkCompression(join(place.root, path), uri);
  const isRead = isReadAsIs(given);
  const files = isRead ? found : await inUtf8(found, given, place.root, place.work);
  const encoding = isRead ? given : "utf-8";
  const filled = files.filter(({ sizeBytes }) => sizeBytes > 0);
  const first = filled[0] ?? files[0]!;
  const record = ({ path, uri }: EngineFile) =>
    firstRecord(join(place.root, path), uri, { delimiter, encoding, skippedLines });
  const names = hasHeader ? record(first) : record(first).map((_, index) => `_c${index}`);
  if (names.length === 0) throw new StepFault(`The file ${first.uri} has no line with the names of columns.`);
  checkColumns(names, first.uri);
  for (const file of hasHeader ? filled.slice(1) : []) checkHeader(names, record(file), first.uri, file.uri);
  return made(
    { kind: "delimited", delimiter, encoding, skippedLines: skippedLines + (hasHeader ? 1 : 0) },
    names.map((column) => ({ name: column, type: "string" })),
    files,
    isRead ? undefined : `${join(place.root, place.work, relative(place.root, prefixOf(place)))}/`,
  );
}

/** @throws StepFault where the columns of another file of the source are not those of the first */
function checkHeader(names: readonly string[], others: readonly string[], first: string, other: string): void {
  const index = names.findIndex((name, at) => name !== others[at]);
  if (index < 0 && others.length === names.length) return;
  const at = index < 0 ? names.length : index;
  const word = (name: string | undefined) => (name === undefined ? "no column" : JSON.stringify(name));
  throw new StepFault(
    `Column ${at + 1} is ${word(names[at])} in ${first} and ${word(others[at])} in ${other}. The files of a source have the same columns in the same order: read them as two sources, and concatenate or join these.`,
  );
}

async function madeOf(
  name: string,
  format: FileFormat,
  files: readonly EngineFile[],
  columns: EngineTable["columns"],
  prefix: string | undefined,
  reader: TableReader,
): Promise<ReadSource> {
  const table = { name, columns, partitionKeys: [], format, files };
  const plan = await exactColumns(table, reader);
  return {
    table,
    columns: plan,
    relation: prefix === undefined ? planned(name, plan) : withFileName(name, plan, prefix),
  };
}

/** What comes before the name of a file in the path by which the engine reads it. */
const prefixOf = ({ path }: SourcePlace): string =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() ? `${path}/` : path.slice(0, path.lastIndexOf("/") + 1);

/** Files that Spark and Hadoop leave beside those with rows. */
const isHidden = (name: string): boolean => name.startsWith("_") || name.startsWith(".");

function filesOf(source: FlowSource, { key = "", path, root }: SourcePlace): readonly EngineFile[] {
  const found: EngineFile[] = [];
  const keys = source.kind === "files" ? source.keys : undefined;
  const add = (file: string, sizeBytes: number) => {
    if (keys === undefined || isMeant(key + relative(path, file), keys))
      found.push({ path: relative(root, file), uri: relative(path, file) || source.name, sizeBytes });
  };
  // Parameters of a path and lists of files say themselves which folders are meant.
  const nested = source.kind !== "files" || source.nested || keys !== undefined || source.uris !== undefined;
  const look = (folder: string, isDeep: boolean) => {
    const entries = readdirSync(folder, { withFileTypes: true })
      .filter(({ name }) => !isHidden(name))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    // A prefix that ends within a name has its objects in the folder of that name.
    const goesOn = isDeep || (folder === path && entries.length === 1);
    for (const entry of entries) {
      const file = join(folder, entry.name);
      if (!entry.isDirectory()) add(file, statSync(file).size);
      else if (goesOn) look(file, isDeep);
    }
  };
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new StepFault(`The source ${JSON.stringify(source.name)} is not there: ${path}.`);
  if (stat.isDirectory()) look(path, nested);
  else add(path, stat.size);
  return found;
}
