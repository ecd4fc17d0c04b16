import { readFileSync } from "node:fs";
import { counted } from "../../base/counted.ts";
import { compareReports, type ReportComparison } from "../../prep/insights/compare-reports.ts";
import type { InsightsReport } from "../../prep/insights/insights-report.ts";
import { reportPage } from "../../prep/insights/page/report-page.ts";
import { problemTypes, reportNode, reportParameters } from "../../prep/insights/report-params.ts";
import { reportRows } from "../../prep/insights/report-rows.ts";
import type { JsonObject } from "../../prep/json-object.ts";
import { readUnit } from "../../prep/read-step.ts";
import { StepFault } from "../../prep/step-fault.ts";
import { lookAtTable } from "../analysis/look-at-table.ts";
import { givenTable, type TableSource, tableNotes, tableOptions, tableSource } from "../analysis/table-source.ts";
import { checkPlaces, writeTo } from "../analysis/write-to.ts";
import { createApiClient } from "../api-client.ts";
import { type Arguments, CommandError, defineCommand } from "../define-command.ts";
import { needServer, settingsOf } from "../running-server.ts";

export const report = defineCommand({
  name: "report",
  summary: "Makes a Data Quality and Insights Report of a table: statistics, warnings, a quick model of a target.",
  options: {
    target: { value: "COLUMN", words: "the column that a model is to predict" },
    problem: { value: "PROBLEM", words: `${problemTypes.join(" or ")}; else told by the target's values` },
    compare: {
      value: "OLDER",
      words: "an older version of the table, a query for it, or the JSON of its report: says what changed",
    },
    html: { value: "FILE", words: "writes the report as a page of HTML; - is stdout" },
    json: { value: "FILE", words: "writes the report as JSON; - is stdout" },
    csv: { value: "FILE", words: "writes the report as rows; - is stdout" },
    first: { words: "looks at the first 50,000 rows; else at all" },
    ...tableOptions,
    seed: { value: "NUMBER", words: "of the rows that are drawn, and of the models" },
  },
  words: "[TABLE]",
  notes: `${tableNotes} What is found worst comes first. The exit code is 0 when the report is made, whatever it warns of.`,
  async run(given) {
    const [word, ...more] = given.words;
    if (more.length > 0) throw new CommandError(`report takes one TABLE, and was also given "${more[0]}".`, 2);
    const source = givenTable("report", word, given);
    const { compare, csv, html, json, problem } = given.options;
    checkPlaces(given.options, ["csv", "html", "json"]);
    if (problem !== undefined && !problemTypes.some((one) => one === problem))
      throw new CommandError(`--problem is "${problem}"; give ${problemTypes.join(" or ")}.`, 2);
    checkParameters(parametersOf(given));
    const stopping = new AbortController();
    process.once("SIGINT", () => stopping.abort());
    process.once("SIGTERM", () => stopping.abort());
    const older = compare === undefined ? undefined : await olderReport(compare, given, stopping.signal);
    const made = await makeOf(source, given, stopping.signal);
    const hint = dividedHint(made, source);
    if (hint !== undefined) console.error(hint);
    const comparison = older && compareReports(older, made);
    if (json !== undefined) writeTo(json, `${JSON.stringify(comparison ? { ...made, comparison } : made, null, 1)}\n`);
    if (html !== undefined) writeTo(html, reportPage(made, comparison));
    if (csv !== undefined) writeTo(csv, reportRows(made));
    if (![csv, html, json].includes("-")) for (const line of linesOf(made, comparison)) console.log(line);
    return 0;
  },
});

async function makeOf(source: TableSource, given: Arguments, signal: AbortSignal): Promise<InsightsReport> {
  const look = { source, title: "report", operator: reportNode.operator, parameters: parametersOf(given) };
  const server = () => createApiClient(needServer(settingsOf(given)), process.env);
  return (await lookAtTable(look, server, signal)) as unknown as InsightsReport;
}

function parametersOf({ options: { problem, seed, target }, switches }: Arguments): JsonObject {
  return reportParameters({
    entire: !switches.has("first"),
    ...(seed !== undefined && { seed }),
    ...(target !== undefined && { target }),
    ...(problem !== undefined && { problem: problem as (typeof problemTypes)[number] }),
  });
}

/** What is wrong with a value is said before anything is read. @throws CommandError */
function checkParameters(parameters: JsonObject): void {
  try {
    readUnit(reportNode.operator, parameters, [reportNode]);
  } catch (error) {
    if (error instanceof StepFault) throw new CommandError(error.message, 2);
    throw error;
  }
}

async function olderReport(file: string, given: Arguments, signal: AbortSignal): Promise<InsightsReport> {
  if (!file.startsWith("s3://") && file.endsWith(".json")) {
    try {
      const read = JSON.parse(readFileSync(file, "utf8")) as InsightsReport;
      if (read.format === "data-insights-report") return read;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") throw new CommandError(`There is no file ${file}.`, 2);
    }
  }
  return makeOf(tableSource(file, given), given, signal);
}

/** A file of CSV whose values something else than was told divides has one column. */
function dividedHint({ columns }: InsightsReport, source: TableSource): string | undefined {
  if (source.kind !== "file" || source.format !== "csv" || columns.length !== 1) return undefined;
  const { column, top } = columns[0]!;
  const name = source.hasHeader === false ? (top[0]?.value ?? "") : column;
  const found = [";", "\t", "|", ","].find((one) => one !== source.delimiter && name.includes(one));
  return (
    found &&
    `The table has one column, as in ${JSON.stringify(name)}. Is --delimiter ${found === "\t" ? "'\\t'" : `'${found}'`} meant?`
  );
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const mostLines = 20;

function linesOf(
  { model, notes, summary, target, warnings }: InsightsReport,
  comparison: ReportComparison | undefined,
): readonly string[] {
  const types = Object.entries(summary.types).map(([type, count]) => `${count} ${type}`);
  const lines = [
    `${counted(summary.rows, "row")}, ${counted(summary.columns, "column")} (${types.join(", ")}); ${percent(summary.missing)} missing, ${percent(summary.invalid)} invalid, ${percent(summary.duplicates)} duplicate rows.`,
  ];
  if (target) lines.push(`Target ${target.column}: ${target.problem}. ${target.because}`);
  if (model) {
    const main = model.task === "regression" ? "r2" : "balancedAccuracy";
    lines.push(
      `Quick model: ${main} ${model.scores[main]?.toFixed(3) ?? "–"} (trivial ${model.trivial[main]?.toFixed(3) ?? "–"}).`,
    );
  }
  lines.push(...notes);
  const { high, low, medium } = summary.warnings;
  lines.push(`Warnings: ${high} high, ${medium} medium, ${low} low.`);
  for (const { advice, column, severity, text, title } of warnings.slice(0, mostLines))
    lines.push(
      `  ${severity.padEnd(6)} ${column === undefined ? "" : `${column}: `}${title}. ${text}`,
      `         ${advice}`,
    );
  if (warnings.length > mostLines) lines.push(`  and ${warnings.length - mostLines} more.`);
  if (comparison) lines.push(...changesOf(comparison));
  return lines;
}

function changesOf({ added, columns, removed, rows, warnings }: ReportComparison): readonly string[] {
  const lines = [`Compared: ${counted(rows.before, "row")} before, ${rows.after} now.`];
  if (added.length > 0) lines.push(`  new columns: ${added.join(", ")}`);
  if (removed.length > 0) lines.push(`  columns that are gone: ${removed.join(", ")}`);
  for (const { column, distance } of columns.filter((one) => (one.distance ?? 0) > 0.1).slice(0, mostLines))
    lines.push(`  ${column}: its distribution moved by ${distance!.toFixed(2)}`);
  for (const { column, title } of warnings.added) lines.push(`  new warning: ${title}${column ? ` (${column})` : ""}`);
  for (const { column, title } of warnings.gone)
    lines.push(`  warning that is gone: ${title}${column ? ` (${column})` : ""}`);
  return lines;
}
