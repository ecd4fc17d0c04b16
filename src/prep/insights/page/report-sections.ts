import type { ReportComparison } from "../compare-reports.ts";
import type { ColumnInsights, InsightsReport, Warning } from "../insights-report.ts";
import { valueBars } from "./bar-picture.ts";
import { cardId, columnCard } from "./column-card.ts";
import { comparisonSection } from "./comparison-section.ts";
import { featureTable } from "./feature-table.ts";
import { countText, type Html, html, numberText, percentText } from "./html.ts";
import { modelSection } from "./model-section.ts";
import { duplicateSection, rowsTable } from "./row-tables.ts";
import { warningList } from "./warning-list.ts";

/** So many columns are found by their names more easily than by looking. */
const manyColumns = 12;
const shownClasses = 20;

/** The sections of a report with links to them: what its page shows, and what other pages show of it. */
export function reportSections(report: InsightsReport, comparison?: ReportComparison): Html {
  const sections = sectionsOf(report, comparison);
  return html`<nav aria-label="Sections"><ul>${sections.map(
    ({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`,
  )}</ul></nav>${sections.map(
    ({ body, id, title }) => html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${body}</section>`,
  )}`;
}

/** Which rows a report is of. */
export function rowsWords({ rows: { method, models, table, used } }: InsightsReport): string {
  const statistics =
    method === "all" ? `all ${countText(table, "row")}` : `the first ${numberText(used)} of ${countText(table, "row")}`;
  const drawn =
    models.method === "all"
      ? countText(models.used, "row")
      : `${countText(models.used, "row")} drawn with the seed ${models.seed}${models.method === "stratified" ? ", of each class its share" : ""}`;
  return `Statistics are of ${statistics}; models are of ${drawn}.`;
}

interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Html;
}

function sectionsOf(report: InsightsReport, comparison: ReportComparison | undefined): readonly Section[] {
  const { anomalies, definitions, duplicates, model, notes, samples, target, warnings } = report;
  const some = (id: string, title: string, body: Html | undefined | false | null): Section[] =>
    body ? [{ id, title, body }] : [];
  return [
    ...some("summary", "Summary", summary(report)),
    ...some("warnings", `Warnings (${warnings.length})`, warningList(report)),
    ...some(
      "notes",
      "What could not be worked out",
      notes.length > 0 && html`<ul>${notes.map((one) => html`<li>${one}</li>`)}</ul>`,
    ),
    ...some("comparison", "What changed", comparison && comparisonSection(comparison)),
    ...some("target", "Target column", target && targetSection(report)),
    ...some("model", "Quick model", model && modelSection(model)),
    ...some("features", "Feature summary", html`${findColumn(report)}${featureTable(report)}`),
    ...some("columns", "Columns", columnCards(report)),
    ...some("duplicates", "Duplicate rows", duplicateSection(duplicates)),
    ...some(
      "anomalies",
      "Anomalous rows",
      anomalies &&
        html`<p>The least usual of ${countText(anomalies.of, "row")}; a score below 0 is an anomaly.</p>${rowsTable(
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
      html`<dl class="definitions">${definitions.map(({ meaning, term }) => html`<dt><strong>${term}</strong></dt><dd>${meaning}</dd>`)}</dl>`,
    ),
  ];
}

function summary({
  summary: { columns, duplicates, invalid, missing, rows, types, warnings: counts },
}: InsightsReport): Html {
  const severities = (["high", "medium", "low"] as const).map(
    (severity) => html`<span class="${severity}"><b>${counts[severity]}</b> ${severity}</span> `,
  );
  const kinds = Object.entries(types).map(([type, count]) => `${numberText(count)} ${type}`);
  const tiles: readonly (readonly [string, Html | string, (Html | string)?])[] = [
    ["Rows", numberText(rows)],
    ["Columns", numberText(columns), kinds.join(", ")],
    ["Warnings", html`${severities}`],
    ["Missing values", percentText(missing)],
    ["Invalid values", percentText(invalid)],
    ["Duplicate rows", percentText(duplicates)],
  ];
  return html`<dl class="tiles">${tiles.map(([name, value, more]) => html`<div><dt>${name}</dt><dd>${value}</dd>${more && html`<dd class="more">${more}</dd>`}</div>`)}</dl>`;
}

function targetSection({ columns, target }: InsightsReport): Html {
  const { because, classes, column, distinct, missing, problem } = target!;
  const at = columns.findIndex((one) => one.column === column);
  return html`<p><a href="#${cardId(at)}">${column}</a>: ${problem}. ${because} ${missing > 0 && `${countText(missing, "row has", "rows have")} no target.`}</p>${classes && html`<p>${countText(distinct, "class", "classes")}, the most frequent first${classes.length > shownClasses && `; ${shownClasses} are shown`}:</p><div class="classes">${valueBars("Classes of the target", classes.slice(0, shownClasses), columns[at]!.rows)}</div>`}`;
}

const findColumn = ({ columns }: InsightsReport): Html | false =>
  columns.length > manyColumns &&
  html`<p class="find"><label>Show columns with <input type="search" data-find autocomplete="off" spellcheck="false" placeholder="a part of their name"></label></p>`;

function columnCards({ columns, warnings }: InsightsReport): Html {
  const own = Map.groupBy(warnings, ({ column }) => column);
  const none: readonly Warning[] = [];
  const card = (column: ColumnInsights, at: number) => columnCard(column, at, own.get(column.column) ?? none);
  return html`<div class="cards">${columns.map(card)}</div>`;
}
