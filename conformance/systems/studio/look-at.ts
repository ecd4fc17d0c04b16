import axe from "axe-core";
import { expect } from "vitest";
import { answerAs } from "./answers.ts";
import type { StudioBrowser } from "./open-studio.ts";
import type { Look } from "./pages.ts";

/** Faults inside Cloudscape, each with the width at which it is. */
const known: readonly { readonly rule: string; readonly html: RegExp }[] = [
  // AppLayout's toolbar on a narrow screen has an orientation, which its role does not take.
  { rule: "aria-allowed-attr", html: /aria-orientation/ },
];

/** What Chromium says of calls that a state refuses on purpose. */
const asWished = /^status (400|500): \S+\/_studio\/api\//;

/** Opens a page as a look has it, and expects nothing of axe-core, of the console and of its width to be wrong. */
export async function lookAt(browser: StudioBrowser, path: string, { theme, width, state }: Look): Promise<void> {
  const { page, complaints } = browser;
  complaints.length = 0;
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
  await answerAs(page, state);
  await page.goto(String(new URL(`/_studio/${path}`, page.url())));
  await page.locator("#top-bar").waitFor();
  if (state === "loading") await page.waitForTimeout(300);
  else await settled(browser);
  const where = `${path} ${theme} ${width} ${state}`;
  expect(
    await page.evaluate("document.scrollingElement.scrollWidth - innerWidth"),
    `${where} scrolls sideways`,
  ).toBeLessThanOrEqual(0);
  await page.evaluate(axe.source);
  const found = (await page.evaluate(
    `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"] })`,
  )) as axe.AxeResults;
  const violations = found.violations.flatMap(({ id, nodes }) =>
    nodes
      .filter(({ html }) => !known.some((one) => one.rule === id && one.html.test(html)))
      .map(({ html, target }) => `${id}: ${target.join(" ")} ${html.slice(0, 200)}`),
  );
  expect(violations, where).toEqual([]);
  const wished = state === "failed" || state === "denied";
  expect(
    complaints.filter((text) => !(wished && asWished.test(text))),
    where,
  ).toEqual([]);
  expect(browser.foreign, where).toEqual([]);
}

/** Waits until a page shows no spinner and no row that is being read. */
async function settled({ page }: StudioBrowser): Promise<void> {
  await page.locator("main h1, main [role=alert], main [class*=awsui_alert]").first().waitFor();
  const busy = page.locator("main [class*=awsui_spinner], main [class*=awsui_status-loading]");
  await busy.first().waitFor({ state: "detached" });
}
