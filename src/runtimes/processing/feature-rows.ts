import { mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { duckdb } from "../../engines/duckdb/duckdb.ts";
import { featureFolder } from "../../images/processing-plan.ts";
import { featureForm } from "../../prep/flows/csv-form.ts";
import type { SourceFormat } from "../../prep/flows/flow-source.ts";
import { readOutputConfig } from "../../prep/flows/output-config.ts";
import { duckdb as dialect } from "../../prep/sql/dialects/duckdb.ts";
import { ownFunctions } from "../../prep/sql/own-functions.ts";
import { StepFault } from "../../prep/step-fault.ts";
import { ownFiles } from "../own-files.ts";
import { createFlowEngine } from "../prep/flow-engine.ts";
import { readSource } from "../prep/read-source.ts";
import { writeOutput } from "../prep/write-output.ts";

const csv = {
  kind: "csv",
  delimiter: ",",
  hasHeader: true,
  skippedLines: 0,
  encoding: "utf-8",
  multiLine: true,
} as const;
const formats: Readonly<Record<string, SourceFormat>> = {
  csv,
  parquet: { kind: "parquet" },
  json: { kind: "jsonl" },
  jsonl: { kind: "jsonl" },
  ndjson: { kind: "jsonl" },
};
const limits = { memoryBytes: 512 * 1024 ** 2, spillBytes: 2 ** 40, threads: 1 };

/**
 * Turns the files that a job has left in an output's folder into the rows of a feature group, in the form that a flow leaves
 * (`featureFolder`). The files end in .csv (with a header), .json or .jsonl (an object a line), or .parquet, all in the same;
 * they are moved aside, so they have been uploaded before. Files whose names begin with "_" or "." are left out.
 * @throws StepFault for files that are no such rows
 */
export async function featureRows(name: string, folder: string, root: string, signal: AbortSignal): Promise<void> {
  const files = (await ownFiles(join(root, folder))).filter((path) => !/(^|\/)[._]/.test(path));
  if (files.length === 0) return;
  const format = formatOf(files);
  const aside = `feature-work/${name.replaceAll("/", "-")}`;
  // A link in the folder would lead whoever stages the run elsewhere: the files alone are moved.
  for (const path of files) {
    mkdirSync(dirname(join(root, aside, "files", path)), { recursive: true });
    renameSync(join(root, folder, path), join(root, aside, "files", path));
  }
  const spill = join(root, aside, "spill");
  mkdirSync(spill);
  mkdirSync(join(root, featureFolder(name)), { recursive: true });
  const engine = await duckdb.open({
    tables: root,
    output: root,
    spill,
    ...limits,
    prelude: [],
    functions: ownFunctions,
  });
  try {
    const flowEngine = createFlowEngine(engine, dialect, signal);
    const source = {
      ...{ kind: "files", name, uri: folder, format, nested: true },
      addsFileName: false,
      isManifest: false,
    };
    const place = { root, path: join(root, aside, "files"), work: `${aside}/text` };
    const { relation, table } = await readSource(source as never, "rows", place, { engine, dialect, signal });
    flowEngine.add(table);
    const config = readOutputConfig({ content_type: "JSON" });
    const to = { root, folder: featureFolder(name), python: "python3" };
    await writeOutput(featureForm(relation), config, to, flowEngine, signal);
  } finally {
    engine.close();
    rmSync(join(root, aside), { recursive: true, force: true });
  }
}

function formatOf(files: readonly string[]): SourceFormat {
  const endings = files.map((path) => /\.(\w+)(\.gz|\.zst)?$/.exec(path)?.[1]?.toLowerCase() ?? "");
  const strange = endings.findIndex((ending) => !Object.hasOwn(formats, ending));
  if (strange >= 0) throw new StepFault(`The file ${files[strange]} has no rows that are known: name it ${known}.`);
  const other = endings.findIndex((ending) => formats[ending]!.kind !== formats[endings[0]!]!.kind);
  if (other > 0)
    throw new StepFault(`The files ${files[0]} and ${files[other]} have rows of two kinds. Write all of them in one.`);
  return formats[endings[0]!]!;
}

const known = Object.keys(formats)
  .map((ending) => `*.${ending}`)
  .join(", ");
