import { neededDefinitions } from "../../pandas/needed-definitions.ts";
import { type PandasStep, printPandasRelation } from "../../pandas/print-relation.ts";
import { tablesOf } from "../../sql/tables-of-relation.ts";
import { StepFault } from "../../step-fault.ts";
import { csvForm } from "../csv-form.ts";
import { FlowFault, nodeWords } from "../flow.ts";
import { destinationConfig, readOutputConfig } from "../output-config.ts";
import type { ExportedFlow, ExportOutput, ExportStep } from "./export-step.ts";
import { commentText, pythonText } from "./job-script.ts";

/** A part of a script, which a notebook has as a cell. */
export interface ScriptPart {
  readonly title: string;
  readonly code: string;
}

/**
 * Returns the parts of a script of pandas that does what a flow does, with what its steps have learned. `definitions` is
 * Python that has all functions, of which the script has what it needs. @throws FlowFault for steps that pandas cannot say
 */
export function pandasParts({ outputs, steps }: ExportedFlow, definitions: string): readonly ScriptPart[] {
  const problems: string[] = [];
  const parts = steps.flatMap((step, index): ScriptPart[] => {
    try {
      const code = codeOf(step);
      const { lacks } = neededDefinitions(definitions, code);
      if (step.does.kind !== "code" && lacks.length > 0)
        throw new StepFault(
          `A script of pandas has no ${lacks.map((name) => name.replace(/^flow_/, "").replaceAll("_", " ")).join(", ")}. Export the flow as job, or a node before it with --node.`,
        );
      return [{ title: `${index + 1}. ${commentText(step.title)} (node ${commentText(step.node.id)})`, code }];
    } catch (fault) {
      if (!(fault instanceof StepFault)) throw fault;
      problems.push(`In ${nodeWords(step.node)}: ${fault.message}`);
      return [];
    }
  });
  if (problems.length > 0) throw new FlowFault(problems);
  const written = outputs.map(writeOf);
  const all = [...parts, ...written].map(({ code }) => code).join("\n");
  const places = steps.flatMap(({ does }) =>
    does.kind === "source" ? [`${does.gives}_files = [${does.paths.map(pythonText).join(", ")}]`] : [],
  );
  const hasCode = steps.some(({ does }) => does.kind === "code");
  return [
    {
      title: "What the steps call",
      code: `import pandas\n${hasCode ? "import pandas as pd\n" : ""}\n${neededDefinitions(definitions, all).text.replace(/^import pandas\n+/m, "")}`,
    },
    { title: "Where the sources are", code: places.join("\n") },
    ...parts,
    ...written,
  ];
}

/** Returns the parts as one file. */
export const pandasScript = (flow: ExportedFlow, definitions: string): string =>
  `"""The flow ${commentText(flow.name)} with pandas, with what its steps have learned. Written by "sagebrush flow export".

It writes each output to NODE.OUTPUT.csv in the working folder.
"""

${pandasParts(flow, definitions)
  .map(({ code, title }) => `# ${title}\n${code}`)
  .join("\n\n")}\n`;

function codeOf({ does }: ExportStep): string {
  switch (does.kind) {
    case "source":
      return `${readOf(does)}\n${printPandasRelation(does.rows, does.gives, () => `${does.gives}_read`).lines.join("\n")}`;
    case "relation": {
      const step: PandasStep = { count: 0, done: new Map() };
      return does.outputs
        .flatMap(({ gives, rows }) => printPandasRelation(rows, gives, (table) => table, step).lines)
        .join("\n");
    }
    case "code":
      return userCode(does);
  }
}

function readOf({ columns, gives, rows, source }: Extract<ExportStep["does"], { readonly kind: "source" }>): string {
  const table = tablesOf(rows)[0];
  const format = source.kind === "files" ? source.format : { kind: "parquet" as const };
  const file = source.kind === "files" && source.addsFileName ? ", file_column=True" : "";
  const files = `${gives}_files`;
  const kinds = `{${columns.map(({ name, type }) => `${pythonText(name)}: ${pythonText(type.kind)}`).join(", ")}}`;
  switch (format.kind) {
    case "csv": {
      const names = `[${columns.map(({ name }) => pythonText(name)).join(", ")}]`;
      const encoding = format.encoding === "utf-8" ? "utf-8-sig" : format.encoding;
      const skipped = format.skippedLines + (format.hasHeader ? 1 : 0);
      return `${gives}_read = read_csv(${files}, ${names}, ${pythonText(format.delimiter)}, ${pythonText(encoding)}, ${skipped}${file})`;
    }
    case "parquet":
      return `${gives}_read = read_parquet(${files}, ${kinds}${file})`;
    case "json":
    case "jsonl":
      return `${gives}_read = read_json(${files}, ${kinds}, ${format.kind === "jsonl" ? "True" : "False"}${file})`;
    default:
      throw new StepFault(`Files of ${format.kind} are not read (${table}). Give csv, parquet, json or jsonl.`);
  }
}

/** Code of a user's stands in a function of its own, so that its names are no others'. */
function userCode({ code, columns, gives, input }: Extract<ExportStep["does"], { readonly kind: "code" }>): string {
  if (code.mode === "pyspark")
    throw new StepFault(
      "It is code of PySpark, which pandas cannot run. Export the flow as job, or write the step with pandas.",
    );
  const kinds = columns.map(({ name, type }) => `    ${pythonText(name)}: ${pythonText(type.kind)},`).join("\n");
  const rows = tablesOf(input)[0]!;
  if (/"""|'''|\\\n/.test(code.code))
    throw new StepFault(
      "Its code has texts over several lines, which would not stay as they are in a script. Export the flow as job.",
    );
  const body = code.code.split("\n").map((line) => (line.trim() === "" ? "" : `    ${line}`));
  const udf = code.udf;
  const name = `code_of_${gives}`;
  const [parameters, result] = udf ? ["", "custom_func"] : ["df", "df"];
  const call = udf
    ? `apply_function(to_code(${rows}), ${name}(), ${pythonText(udf.input)}, ${pythonText(udf.output)}, ${udf.values === "pandas" ? "True" : "False"})`
    : `${name}(to_code(${rows}))`;
  return `def ${name}(${parameters}):\n${body.join("\n")}\n    return ${result}\n\n\n${gives} = from_code(${call}, {\n${kinds}\n})`;
}

function writeOf({ name, node, rows }: ExportOutput): ScriptPart {
  const config = readOutputConfig(destinationConfig(node) ?? {});
  const file = pythonText(`${name.replaceAll(/[/\\]/g, "_")}.${config.format}`);
  const title = `The rows of ${commentText(name)}`;
  if (config.format === "parquet") {
    const { lines } = printPandasRelation(rows, "written");
    return { title, code: `${lines.join("\n")}\nwritten.to_parquet(${file}, index=False)` };
  }
  const { lines } = printPandasRelation(csvForm(rows), "written");
  const words = `${pythonText(config.delimiter)}, ${config.hasHeader ? "True" : "False"}`;
  return { title, code: `${lines.join("\n")}\nwrite_csv(written, ${file}, ${words})` };
}
