import { expect } from "vitest";
import { answerAs } from "./answers.ts";
import type { StudioBrowser } from "./open-studio.ts";
import { accessibilityFindings } from "./page-checks.ts";
import type { Look, State } from "./pages.ts";

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
  await expectWell(browser, `${path} ${theme} ${width} ${state}`, state);
}

/** Expects nothing of axe-core, of the console and of the width to be wrong with the page that is open. */
export async function expectWell(browser: StudioBrowser, where: string, state: State = "data"): Promise<void> {
  const { page, complaints } = browser;
  expect(
    await page.evaluate("document.scrollingElement.scrollWidth - innerWidth"),
    `${where} scrolls sideways`,
  ).toBeLessThanOrEqual(0);
  expect(await accessibilityFindings(page), where).toEqual([]);
  const wished = state === "failed" || state === "denied";
  expect(
    complaints.filter((text) => !(wished && asWished.test(text))),
    where,
  ).toEqual([]);
  expect(browser.foreign, where).toEqual([]);
}

/** Waits until a page shows no spinner and no row that is being read. */
export async function settled({ page }: StudioBrowser): Promise<void> {
  await page.locator("main h1, main [role=alert], main [class*=awsui_alert]").first().waitFor();
  const busy = page.locator("main [class*=awsui_spinner], main [class*=awsui_status-loading]");
  await busy.first().waitFor({ state: "detached" });
}
