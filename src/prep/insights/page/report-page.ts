import type { ReportComparison } from "../compare-reports.ts";
import type { ColumnInsights, InsightsReport, SampleRow, Warning } from "../insights-report.ts";
import { valueBars } from "./bar-picture.ts";
import { cardId, columnCard } from "./column-card.ts";
import { comparisonSection } from "./comparison-section.ts";
import { type Html, html, numberText, percentText } from "./html.ts";
import { pageScript, pageStyle } from "./page-style.ts";
import { pageTable, type TableColumn } from "./page-table.ts";

/** So many warnings are shown at first. */
const firstWarnings = 50;
/** So many columns of rows are shown: the cards have all. */
const shownColumns = 30;

/** A report as one page of HTML, which asks for nothing from anywhere. */
export function reportPage(report: InsightsReport, comparison?: ReportComparison): string {
  const title = report.name ?? "Data Quality and Insights Report";
  const sections = sectionsOf(report, comparison);
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"><title>${title}</title><style>${{ html: pageStyle }}</style></head><body><header><h1>${title}</h1><p class="quiet">${rowsWords(report)}</p><nav aria-label="Sections"><ul>${sections.map(
    ({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`,
  )}</ul></nav></header><main>${sections.map(
    ({ body, id, title: name }) => html`<section aria-labelledby="${id}"><h2 id="${id}">${name}</h2>${body}</section>`,
  )}</main><footer>${rowsWords(report)}</footer><script>${{ html: pageScript }}</script></body></html>
`.html;
}

interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Html;
}

function sectionsOf(report: InsightsReport, comparison: ReportComparison | undefined): readonly Section[] {
  const { anomalies, columns, definitions, duplicates, model, notes, samples, target } = report;
  const some = (id: string, title: string, body: Html | undefined | false | null): Section[] =>
    body ? [{ id, title, body }] : [];
  return [
    ...some("summary", "Summary", summary(report)),
    ...some("warnings", `Warnings (${report.warnings.length})`, warnings(report)),
    ...some(
      "notes",
      "What could not be worked out",
      notes.length > 0 && html`<ul>${notes.map((one) => html`<li>${one}</li>`)}</ul>`,
    ),
    ...some("comparison", "What changed", comparison && comparisonSection(comparison)),
    ...some("target", "Target column", target ? targetSection(report) : undefined),
    ...some("model", "Quick model", model ? modelSection(model) : undefined),
    ...some("features", "Feature summary", featureTable(report)),
    ...some(
      "columns",
      "Columns",
      html`<div class="cards">${columns.map((column, at) => columnCard(column, at, ofColumn(report, column)))}</div>`,
    ),
    ...some("duplicates", "Duplicate rows", duplicateSection(duplicates)),
    ...some(
      "anomalies",
      "Anomalous rows",
      anomalies &&
        html`<p>The least usual of ${numberText(anomalies.of)} rows; a score below 0 is an anomaly.</p>${rowsTable(
          "Anomalous rows",
          anomalies.least.map(({ score, values }) => ({ before: numberText(score), values })),
          "Score",
        )}`,
    ),
    ...some(
      "samples",
      "First rows",
      samples.length > 0 &&
        rowsTable(
          "First rows",
          samples.map((values) => ({ values })),
        ),
    ),
    ...some(
      "definitions",
      "Definitions",
      html`<dl>${definitions.map(({ meaning, term }) => html`<dt><strong>${term}</strong></dt><dd>${meaning}</dd>`)}</dl>`,
    ),
  ];
}

const ofColumn = ({ warnings: all }: InsightsReport, { column }: ColumnInsights): readonly Warning[] =>
  all.filter((one) => one.column === column);

function rowsWords({ rows: { method, models, table, used } }: InsightsReport): string {
  const statistics =
    method === "all" ? `all ${numberText(table)} rows` : `the first ${numberText(used)} of ${numberText(table)} rows`;
  const drawn =
    models.method === "all"
      ? `${numberText(models.used)} rows`
      : `${numberText(models.used)} rows drawn with the seed ${models.seed}${models.method === "stratified" ? ", of each class its share" : ""}`;
  return `Statistics are of ${statistics}; models are of ${drawn}.`;
}

function summary({
  summary: { columns, duplicates, invalid, missing, rows, types, warnings: counts },
}: InsightsReport): Html {
  const tiles: readonly (readonly [string, string])[] = [
    ["Rows", numberText(rows)],
    ["Columns", numberText(columns)],
    ["Missing values", percentText(missing)],
    ["Invalid values", percentText(invalid)],
    ["Duplicate rows", percentText(duplicates)],
    ["Warnings", `${counts.high} high, ${counts.medium} medium, ${counts.low} low`],
    ...Object.entries(types).map(([type, count]) => [`Columns: ${type}`, numberText(count)] as const),
  ];
  return html`<dl class="tiles">${tiles.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function warnings({ columns, warnings: all }: InsightsReport): Html {
  if (all.length === 0) return html`<p>There is nothing to warn of.</p>`;
  const places = new Map(columns.map(({ column }, at) => [column, at]));
  const list = (some: readonly Warning[]) =>
    html`<ul class="warnings">${some.map(
      ({ advice, column, rule, severity, text, title }) =>
        html`<li class="${severity}"><p><span class="badge">${severity}</span> <strong>${title}</strong>${column !== undefined && places.has(column) && html` in <a href="#${cardId(places.get(column)!)}">${column}</a>`}</p><p>${text}</p><p><strong>What to do:</strong> ${advice}</p><p class="quiet">${rule}</p></li>`,
    )}</ul>`;
  const rest = all.slice(firstWarnings);
  return html`${list(all.slice(0, firstWarnings))}${rest.length > 0 && html`<details><summary>${rest.length} more warnings</summary>${list(rest)}</details>`}`;
}

function targetSection({ columns, target }: InsightsReport): Html {
  const { because, classes, column, missing, problem } = target!;
  const at = columns.findIndex((one) => one.column === column);
  return html`<p><a href="#${cardId(at)}">${column}</a>: ${problem}. ${because} ${missing > 0 && `${numberText(missing)} rows have no target.`}</p>${classes && html`<p>${numberText(target!.distinct)} classes, the most frequent first:</p>${valueBars("Classes of the target", classes.slice(0, 20), columns[at]!.rows)}`}`;
}

function modelSection(model: NonNullable<InsightsReport["model"]>): Html {
  const scores = Object.keys(model.scores).map((name) => ({
    name,
    score: model.scores[name] ?? null,
    trivial: model.trivial[name] ?? null,
  }));
  const table = pageTable(
    "Scores of the quick model",
    [
      { title: "Score", value: ({ name }) => name },
      { title: "Quick model", value: ({ score }) => score },
      { title: "Trivial model", value: ({ trivial }) => trivial },
    ],
    scores,
  );
  const { confusion } = model;
  const classes =
    confusion &&
    pageTable(
      "Classes: rows of one that are predicted as another",
      [
        { title: "Class", value: ({ at }: { at: number }) => confusion.classes[at]! },
        { title: "Precision", value: ({ at }) => confusion.report[at]!.precision },
        { title: "Recall", value: ({ at }) => confusion.report[at]!.recall },
        { title: "F1", value: ({ at }) => confusion.report[at]!.f1 },
        ...confusion.classes.map((name, other) => ({
          title: `as ${name}`,
          value: ({ at }: { at: number }) => confusion.counts[at]![other]!,
        })),
      ],
      confusion.classes.map((_, at) => ({ at })),
    );
  return html`<p>${model.kind}, ${model.task}, ${model.rounds} rounds with a learning rate of ${model.learningRate}, on ${model.features} columns of numbers: ${model.validation}.</p>${table}${classes}`;
}

function featureTable(report: InsightsReport): Html {
  const { columns, target, warnings: all } = report;
  const places = new Map(columns.map((column, at) => [column, at]));
  const power = (column: ColumnInsights) => column.power?.power ?? null;
  // The most telling first.
  const rows = target ? columns.toSorted((one, other) => (power(other) ?? -1) - (power(one) ?? -1)) : columns;
  const table: readonly TableColumn<ColumnInsights>[] = [
    {
      title: "Column",
      value: ({ column }) => column,
      shown: (one) => html`<a href="#${cardId(places.get(one)!)}">${one.column}</a>`,
    },
    { title: "Type", value: ({ feature }) => feature },
    ...(target
      ? [
          { title: "Prediction power", value: power },
          { title: "Importance", value: ({ importance }: ColumnInsights) => importance ?? null },
        ]
      : []),
    {
      title: "Missing",
      value: ({ missing, rows: count }) => missing / Math.max(1, count),
      shown: ({ missing, rows: count }) => percentText(missing / Math.max(1, count)),
    },
    {
      title: "Invalid",
      value: ({ invalid, rows: count }) => invalid / Math.max(1, count),
      shown: ({ invalid, rows: count }) => percentText(invalid / Math.max(1, count)),
    },
    { title: "Distinct", value: ({ distinct }) => distinct },
    { title: "Mean", value: ({ numbers }) => numbers?.mean ?? null },
    { title: "Standard deviation", value: ({ numbers }) => numbers?.stddev ?? null },
    { title: "Least", value: ({ numbers }) => numbers?.min ?? null },
    { title: "Median", value: ({ numbers }) => numbers?.median ?? null },
    { title: "Greatest", value: ({ numbers }) => numbers?.max ?? null },
    { title: "Outliers", value: ({ numbers }) => numbers?.outliers ?? null },
    { title: "Warnings", value: ({ column }) => all.filter((one) => one.column === column).length },
  ];
  return pageTable("Columns", table, rows);
}

function duplicateSection({ duplicates, most, ratio, rows, sets }: InsightsReport["duplicates"]): Html {
  if (duplicates === 0) return html`<p>No row is equal to another in all columns.</p>`;
  return html`<p>${numberText(duplicates)} of ${numberText(rows)} rows (${percentText(ratio)}) are equal to another in all columns, in ${numberText(sets)} sets.</p>${rowsTable(
    "Duplicate rows",
    most.map(({ rows: count, values }) => ({ before: numberText(count), values })),
    "Rows",
  )}`;
}

function rowsTable(
  title: string,
  rows: readonly { readonly before?: string; readonly values: SampleRow }[],
  before = "",
): Html {
  const names = Object.keys(rows[0]?.values ?? {});
  const columns: TableColumn<(typeof rows)[number]>[] = names.slice(0, shownColumns).map((name) => ({
    title: name,
    value: ({ values }) => values[name] ?? null,
    shown: ({ values }) => cutText(values[name] ?? null),
  }));
  const left = names.length - shownColumns;
  return html`${pageTable(title, before === "" ? columns : [{ title: before, value: (row) => row.before ?? null }, ...columns], rows)}${left > 0 && html`<p class="quiet">${left} more columns are not shown here.</p>`}`;
}

const cutText = (text: string | null): string =>
  text === null ? "–" : text.length > 80 ? `${text.slice(0, 80)}…` : text;
