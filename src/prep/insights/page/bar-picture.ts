import { countText, type Html, html, numberText, percentText } from "./html.ts";

const width = 320;
const height = 96;
const labelHeight = 16;

/** Bars of equal width, as SVG: the rows of the parts of a range, whose ends stand below. */
export function rangeBars(title: string, counts: readonly number[], from: string, to: string): Html {
  const labels = html`<text x="0" y="${height + 13}">${from}</text><text x="${width}" y="${height + 13}" text-anchor="end">${to}</text>`;
  return bars(title, counts, labels, (_, count) => `${countText(count, "row")}`);
}

/** The same for a few values, each with its name below. */
export function columnBars(title: string, values: readonly { readonly value: string; readonly rows: number }[]): Html {
  const step = width / values.length;
  const most = Math.max(2, Math.floor(step / 8));
  const labels = values.map(
    ({ value }, at) =>
      html`<text x="${cut((at + 0.5) * step)}" y="${height + 13}" text-anchor="middle">${value.length > most ? `${value.slice(0, most - 1)}…` : value}</text>`,
  );
  return bars(
    title,
    values.map(({ rows }) => rows),
    html`${labels}`,
    (at, count) => `${values[at]!.value}: ${countText(count, "row")}`,
  );
}

function bars(
  title: string,
  counts: readonly number[],
  labels: Html,
  words: (at: number, count: number) => string,
): Html {
  const most = Math.max(1, ...counts);
  const step = width / Math.max(1, counts.length);
  const drawn = counts.map((count, at) => {
    const tall = count === 0 ? 0 : Math.max(1, (count / most) * height);
    return html`<rect x="${cut(at * step + 0.5)}" y="${cut(height - tall)}" width="${cut(Math.max(1, step - 1))}" height="${cut(tall)}"><title>${words(at, count)}</title></rect>`;
  });
  return html`<svg class="bars" viewBox="0 0 ${width} ${height + labelHeight}" role="img" aria-label="${title}">${drawn}${labels}</svg>`;
}

const cut = (value: number): number => Number(value.toFixed(2));

/** A bar as long as a share, beside a number that says it. */
export const shareBar = (share: number): Html =>
  html`<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect width="${cut(100 * Math.min(1, Math.max(0, share)))}" height="10"/></svg>`;

const shownCharacters = 40;

/** A row for each value, with a bar as long as its share. */
export const valueBars = (
  title: string,
  values: readonly { readonly value: string; readonly rows: number }[],
  rows: number,
): Html => {
  const most = Math.max(1, ...values.map((one) => one.rows));
  return html`<table class="values"><caption class="hidden">${title}</caption><thead class="hidden"><tr><th scope="col">Value</th><th scope="col">Bar</th><th scope="col">Rows</th></tr></thead><tbody>${values.map(
    (one) =>
      html`<tr><th scope="row">${one.value.length > shownCharacters ? `${one.value.slice(0, shownCharacters)}…` : one.value}</th><td>${shareBar(one.rows / most)}</td><td>${numberText(one.rows)} <span class="quiet">${percentText(one.rows / Math.max(1, rows))}</span></td></tr>`,
  )}</tbody></table>`;
};
