import type { InsightsReport, Warning } from "../insights-report.ts";
import { cardId } from "./column-card.ts";
import { countText, type Html, html } from "./html.ts";

/** So many columns of a warning are shown at first. */
const firstColumns = 10;

/** The warnings, the most severe first: one of each kind with all its columns, and what to do about them said once. */
export function warningList({ columns, warnings }: InsightsReport): Html {
  if (warnings.length === 0) return html`<p>There is nothing to warn of.</p>`;
  const places = new Map(columns.map(({ column }, at) => [column, at]));
  const kinds = Map.groupBy(warnings, ({ id, severity }) => `${severity} ${id}`);
  const link = (name: string) => {
    const at = places.get(name);
    return at === undefined ? html`${name}` : html`<a href="#${cardId(at)}">${name}</a>`;
  };
  return html`<ul class="warnings">${[...kinds.values()].map((some) => {
    const { advice, rule, severity, title } = some[0]!;
    const isOne = some.length === 1;
    const where = isOne && some[0]!.column !== undefined && html` in ${link(some[0]!.column)}`;
    const count = !isOne && html` in ${countText(some.length, "column")}`;
    return html`<li class="${severity}"><p><span class="badge">${severity}</span> <strong>${title}</strong>${where}${count}</p>${foundIn(some, link)}<p><strong>What to do:</strong> ${advice}</p><p class="quiet">${rule}</p></li>`;
  })}</ul>`;
}

/** What was found: once where it is the same of all columns, else of each. */
function foundIn(some: readonly Warning[], link: (name: string) => Html): Html {
  const [{ text }] = some as [Warning];
  if (some.length === 1) return html`<p>${text}</p>`;
  const isSame = some.every((one) => one.text === text);
  const names = (part: readonly Warning[]) =>
    isSame
      ? html`<p class="names">${part.map(({ column = "" }, at) => html`${at > 0 && " · "}${link(column)}`)}</p>`
      : html`<ul class="found">${part.map((one) => html`<li>${link(one.column ?? "")}: ${one.text}</li>`)}</ul>`;
  const rest = some.slice(firstColumns);
  return html`${isSame && html`<p>${text}</p>`}${names(some.slice(0, firstColumns))}${rest.length > 0 && html`<details><summary>${countText(rest.length, "more column")}</summary>${names(rest)}</details>`}`;
}
