import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { AxeResults, RunOptions } from "axe-core";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { StudioBrowser } from "./open-studio.ts";

const axeSource = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** WCAG 2.2, A and AA. */
const axeOptions: RunOptions = {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
  resultTypes: ["violations"],
};

/** What axe finds in Cloudscape's own components, which no page can mend: rule, and the element. */
const foundInCloudscape: readonly (readonly [rule: string, element: RegExp])[] = [
  // AppLayout's toolbar at small widths is a nav with aria-orientation.
  ["aria-allowed-attr", /<nav [^>]*aria-orientation/],
];

/** Holds the page that is open against what is promised of every page, at every width. */
export async function checkPage({ page, complaints, foreign }: StudioBrowser, widths = [1280, 390]): Promise<void> {
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    // A page is laid out anew after a moment.
    const excess = () => page.evaluate("document.scrollingElement.scrollWidth - innerWidth");
    await expect.poll(excess, { message: `sideways at ${width}`, timeout: 5_000 }).toBe(0);
    expect(await accessibilityFindings(page), `at ${width}`).toEqual([]);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  expect(complaints).toEqual([]);
  expect(foreign).toEqual([]);
}

/** Takes out the complaints about a request that a test lets fail. @throws when there is none */
export function forgive({ complaints }: StudioBrowser, pattern: RegExp): void {
  const kept = complaints.filter((words) => !pattern.test(words));
  expect(kept.length, `${pattern} is none of ${complaints.join("\n")}`).toBeLessThan(complaints.length);
  complaints.splice(0, complaints.length, ...kept);
}

/** Rows of a table are drawn alike, and axe takes seconds for a hundred. */
const exclude = ["tbody > tr:nth-child(n + 9)"];

/**
 * What axe finds wrong with the page, or with what is below one of its elements.
 * @param options of axe; WCAG's rules unless given
 */
export async function accessibilityFindings(page: Page, below = "html", options = axeOptions): Promise<string[]> {
  // By the debugging protocol, which the page's policy does not bind.
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(await readFile(axeSource, "utf8"));
  // What fades in has its own colours only at the end.
  await page.evaluate(
    `Promise.all(document.getAnimations()
      .filter((one) => one.playState === "running" && Number.isFinite(one.effect?.getComputedTiming().endTime))
      .map((one) => one.finished.catch(() => {})))`,
  );
  const run = `axe.run(${JSON.stringify({ include: below, exclude })}, ${JSON.stringify(options)})`;
  const { violations } = (await page.evaluate(run)) as AxeResults;
  return violations.flatMap(({ id, nodes }) =>
    nodes
      .filter(({ html }) => !foundInCloudscape.some(([rule, element]) => rule === id && element.test(html)))
      .map(({ html, failureSummary }) => `${id}: ${html.slice(0, 300)} ${failureSummary}`),
  );
}
