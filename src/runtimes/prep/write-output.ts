import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { csvForm } from "../../prep/flows/csv-form.ts";
import type { OutputConfig } from "../../prep/flows/output-config.ts";
import { call, column, literal } from "../../prep/sql/expression.ts";
import { filter, type Relation, select, withColumns } from "../../prep/sql/relation.ts";
import { columnOf } from "../../prep/step-fault.ts";
import { compressFile } from "./compress-file.ts";
import type { FlowEngine } from "./flow-engine.ts";
import { writeImages } from "./write-images.ts";

/** Where the engine writes, and what helps it. */
export interface OutputPlace {
  /** The folder that the engine writes to. */
  readonly root: string;
  /** The output's own, below it. */
  readonly folder: string;
  /** A Python, for a compression that neither the engine nor Node has. */
  readonly python: string;
}

/** Writes the rows of an output to files `FOLDER/part-00000_0.csv`. */
export async function writeOutput(
  relation: Relation,
  config: OutputConfig,
  place: OutputPlace,
  engine: FlowEngine,
  signal: AbortSignal,
): Promise<number> {
  const { format } = config;
  if (format === "image") return writeImages(relation, join(place.root, place.folder), engine, signal);
  for (const name of config.partitionBy) columnOf(relation, name);
  const shown = format === "csv" ? csvForm(relation) : relation;
  const rows = await writeParts(shown, config.partitions, { ...config, format }, place, engine, signal);
  const largest = Math.max(0, ...filesOf(place).map((file) => statSync(file).size));
  const { mostFileBytes = Number.POSITIVE_INFINITY } = config;
  if (largest > mostFileBytes) {
    // How large rows become is known only once they are written.
    rmSync(join(place.root, place.folder), { recursive: true });
    mkdirSync(join(place.root, place.folder), { recursive: true });
    const count = Math.min(config.partitions * Math.ceil((largest * 1.05) / mostFileBytes), mostPartitions);
    await writeParts(shown, count, { ...config, format }, place, engine, signal);
  }
  if (config.compression === "bzip2" || config.compression === "deflate")
    for (const file of filesOf(place)) await compressFile(file, config.compression, place.python, signal);
  return rows;
}

type FileKind = Exclude<OutputConfig["format"], "image">;

const mostPartitions = 9_999;

const filesOf = ({ folder, root }: OutputPlace): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

async function writeParts(
  shown: Relation,
  count: number,
  config: OutputConfig & { readonly format: FileKind },
  { folder }: OutputPlace,
  engine: FlowEngine,
  signal: AbortSignal,
): Promise<number> {
  const parts = count === 1 ? [shown] : await divided(shown, count, engine);
  const kept = shown.columns.filter(({ name }) => !config.partitionBy.includes(name));
  const ordered = [...kept.map(({ name }) => name), ...config.partitionBy];
  const compression = config.compression === "bzip2" || config.compression === "deflate" ? "none" : config.compression;
  let rows = 0;
  for (const [index, part] of parts.entries()) {
    const query = select(
      part,
      ordered.map((name) => ({ name, value: column(columnOf(part, name)) })),
    );
    rows += await engine.engine.write(
      engine.statement(query),
      {
        format: config.format,
        columns: ordered.map((name) => ({ name })),
        compression,
        partitionedBy: config.partitionBy,
        evenEmpty: true,
        name: `${folder}/part-${String(index).padStart(5, "0")}`,
        ...(config.format === "csv" && { delimiter: config.delimiter, header: config.hasHeader }),
      },
      signal,
    );
  }
  return rows;
}

const position = "__part";

/** The rows in so many relations, about as many in each. */
async function divided(relation: Relation, count: number, engine: FlowEngine): Promise<readonly Relation[]> {
  const numbered = withColumns(relation, [
    { name: position, value: call("remainder", call("rowPosition"), literal(count)) },
  ]);
  const kept = await engine.keep(numbered);
  return Array.from({ length: count }, (_, part) =>
    filter(kept, call("equals", column(columnOf(kept, position)), literal(part))),
  );
}
