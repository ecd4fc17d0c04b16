import type { ColumnInsights, Warning } from "../insights-report.ts";
import { columnBars, rangeBars, valueBars } from "./bar-picture.ts";
import { type Html, html, numberText, percentText } from "./html.ts";

/** The place of a column on the page. */
export const cardId = (index: number): string => `column-${index + 1}`;

/** What is known of a column, with its picture. */
export function columnCard(column: ColumnInsights, index: number, warnings: readonly Warning[]): Html {
  const facts = factsOf(column).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`);
  return html`<article class="card" id="${cardId(index)}" data-column="${column.column}"><h3>${column.column}</h3><p class="quiet">${column.feature}, stored as ${column.type}</p>${warnings.map(
    ({ severity, title }) => html`<p class="${severity}"><span class="badge">${severity}</span> ${title}</p>`,
  )}${pictureOf(column)}<dl>${facts}</dl></article>`;
}

function pictureOf({ column, distinct, feature, numbers, rows, times, top }: ColumnInsights): Html | undefined {
  if (times && times.histogram.counts.length > 0)
    return rangeBars(`Times of ${column}`, times.histogram.counts, times.first ?? "", times.last ?? "");
  if (feature === "numeric" && numbers) {
    // Of a few values each is a bar of its own.
    if (distinct !== null && distinct > 0 && distinct <= top.length)
      return columnBars(
        `Values of ${column}`,
        top.toSorted((one, other) => Number(one.value) - Number(other.value)),
      );
    const { counts, edges } = numbers.histogram;
    if (counts.length > 0)
      return rangeBars(`Histogram of ${column}`, counts, numberText(edges[0]), numberText(edges.at(-1)));
  }
  return top.length > 0 ? valueBars(`Frequent values of ${column}`, top.slice(0, 6), rows) : undefined;
}

/** A card has room for few digits; the table has more. */
const short = (value: number | null | undefined): string => numberText(value, 4);

function factsOf({
  distinct,
  feature,
  importance,
  invalid,
  missing,
  numbers,
  power,
  rows,
  texts,
  times,
}: ColumnInsights) {
  const facts: (readonly [string, string])[] = [];
  const add = (name: string, value: string | undefined) => value !== undefined && facts.push([name, value]);
  const share = (count: number) => `${numberText(count)} (${percentText(count / Math.max(1, rows))})`;
  add("Missing", missing === 0 ? "none" : share(missing));
  if (invalid > 0) add("Invalid", share(invalid));
  if (distinct !== null) add("Distinct", numberText(distinct));
  if (numbers) add("Mean, deviation", `${short(numbers.mean)}, ${short(numbers.stddev)}`);
  // Two values are seen as they are.
  if (numbers && feature !== "binary") {
    add("Min, median, max", [numbers.min, numbers.median, numbers.max].map(short).join(" · "));
    add("5 % to 95 %", `${short(numbers.quantiles["0.05"])} to ${short(numbers.quantiles["0.95"])}`);
    add("Skew, kurtosis", `${numberText(numbers.skew, 3)}, ${numberText(numbers.kurtosis, 3)}`);
    if (numbers.outliers > 0) add("Outliers", share(numbers.outliers));
  }
  if (times) add("From, to", `${times.first ?? "–"} to ${times.last ?? "–"}`);
  if (texts && !numbers && !times)
    add(
      "Characters",
      `${numberText(texts.shortest)} to ${numberText(texts.longest)}, on average ${numberText(texts.meanLength)}`,
    );
  for (const { pattern, share: covered } of texts?.patterns ?? [])
    add("Pattern", `${pattern} (${percentText(covered)})`);
  if (power) add("Prediction power", short(power.power));
  if (importance !== undefined) add("Importance", short(importance));
  return facts;
}
