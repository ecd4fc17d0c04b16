import type { ColumnInsights, Warning } from "../insights-report.ts";
import { rangeBars, valueBars } from "./bar-picture.ts";
import { type Html, html, numberText, percentText } from "./html.ts";

/** The place of a column on the page. */
export const cardId = (index: number): string => `column-${index + 1}`;

/** What is known of a column, with its picture. */
export function columnCard(column: ColumnInsights, index: number, warnings: readonly Warning[]): Html {
  const facts = factsOf(column).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`);
  return html`<article class="card" id="${cardId(index)}"><h3>${column.column}</h3><p class="quiet">${column.feature}, stored as ${column.type}</p>${warnings.map(
    ({ severity, title }) => html`<p class="${severity}"><span class="badge">${severity}</span> ${title}</p>`,
  )}${pictureOf(column)}<dl>${facts}</dl></article>`;
}

function pictureOf({ column, feature, numbers, rows, times, top }: ColumnInsights): Html | undefined {
  if (times && times.histogram.counts.length > 0)
    return rangeBars(`Times of ${column}`, times.histogram.counts, times.first ?? "", times.last ?? "");
  if (feature === "numeric" && numbers && numbers.histogram.counts.length > 0) {
    const { counts, edges } = numbers.histogram;
    return rangeBars(`Histogram of ${column}`, counts, numberText(edges[0]), numberText(edges.at(-1)));
  }
  return top.length > 0 ? valueBars(`Frequent values of ${column}`, top.slice(0, 6), rows) : undefined;
}

function factsOf({ distinct, importance, invalid, missing, numbers, power, rows, texts, times }: ColumnInsights) {
  const facts: (readonly [string, string])[] = [];
  const add = (name: string, value: string | undefined) => value !== undefined && facts.push([name, value]);
  add("Missing", missing === 0 ? "none" : `${numberText(missing)} (${percentText(missing / Math.max(1, rows))})`);
  if (invalid > 0) add("Invalid", `${numberText(invalid)} (${percentText(invalid / Math.max(1, rows))})`);
  if (distinct !== null) add("Distinct", numberText(distinct));
  if (numbers) {
    add("Mean, standard deviation", `${numberText(numbers.mean)}, ${numberText(numbers.stddev)}`);
    add("Least, median, greatest", [numbers.min, numbers.median, numbers.max].map(numberText).join(" · "));
    add("5 % to 95 %", `${numberText(numbers.quantiles["0.05"])} to ${numberText(numbers.quantiles["0.95"])}`);
    add("Skew, kurtosis", `${numberText(numbers.skew)}, ${numberText(numbers.kurtosis)}`);
    add("Outliers", numberText(numbers.outliers));
  }
  if (times) add("From, to", `${times.first ?? "–"} to ${times.last ?? "–"}`);
  if (texts && !numbers && !times)
    add(
      "Characters",
      `${numberText(texts.shortest)} to ${numberText(texts.longest)}, on average ${numberText(texts.meanLength)}`,
    );
  for (const { pattern, share } of texts?.patterns ?? []) add("Pattern", `${pattern} (${percentText(share)})`);
  if (power) add("Prediction power", numberText(power.power));
  if (importance !== undefined) add("Importance", numberText(importance));
  return facts;
}
