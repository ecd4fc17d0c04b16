import { type Html, html, numberText } from "./html.ts";

const width = 320;
const height = 96;
const labelHeight = 16;

/** Bars of equal width, as SVG: the rows of the parts of a range. */
export function rangeBars(title: string, counts: readonly number[], from: string, to: string): Html {
  const most = Math.max(1, ...counts);
  const step = width / Math.max(1, counts.length);
  const bars = counts.map((count, at) => {
    const tall = count === 0 ? 0 : Math.max(1, (count / most) * height);
    return html`<rect x="${cut(at * step + 0.5)}" y="${cut(height - tall)}" width="${cut(Math.max(1, step - 1))}" height="${cut(tall)}"><title>${numberText(count)} rows</title></rect>`;
  });
  return html`<svg class="bars" viewBox="0 0 ${width} ${height + labelHeight}" role="img" aria-label="${title}">${bars}<text x="0" y="${height + 13}">${from}</text><text x="${width}" y="${height + 13}" text-anchor="end">${to}</text></svg>`;
}

const cut = (value: number): number => Number(value.toFixed(2));

/** A row for each value, with a bar as long as its share. */
export const valueBars = (
  title: string,
  values: readonly { readonly value: string; readonly rows: number }[],
  rows: number,
): Html => {
  const most = Math.max(1, ...values.map((one) => one.rows));
  return html`<table class="values"><caption class="hidden">${title}</caption><thead class="hidden"><tr><th scope="col">Value</th><th scope="col">Rows</th></tr></thead><tbody>${values.map(
    (one) =>
      html`<tr><th scope="row">${one.value.length > 40 ? `${one.value.slice(0, 40)}…` : one.value}</th><td><span class="bar" style="width:${cut((60 * one.rows) / most)}%"></span> ${numberText(one.rows)} <span class="quiet">${((100 * one.rows) / Math.max(1, rows)).toFixed(1)} %</span></td></tr>`,
  )}</tbody></table>`;
};
