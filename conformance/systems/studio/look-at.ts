import { expect } from "vitest";
import type { TestFront } from "./answers.ts";
import type { StudioBrowser } from "./open-studio.ts";
import { accessibilityFindings } from "./page-checks.ts";
import type { Look, State } from "./pages.ts";

/** What Chromium says of calls that a state has refused. A list of 10,000 names things that the server does not have. */
const asWished = /^status (400|403|500): \S+\/_studio\/api\//;
const refusing: ReadonlySet<State> = new Set(["failed", "denied", "10,000 rows"]);

const patience = { timeout: 30_000 };

/** A browser in whose pages the calls may be answered by a test front. */
export interface Looking {
  readonly browser: StudioBrowser;
  readonly front: TestFront;
  /** The look that the browser shows. */
  look?: Look;
}

/**
 * Shows a page as a look has it, and expects nothing of axe-core, of the console and of its width to be wrong. In the
 * look that is shown already, or in its other theme, one goes there inside of the app as by a link.
 */
export async function lookAt(looking: Looking, path: string, look: Look): Promise<void> {
  const { browser, front } = looking;
  const { page, complaints } = browser;
  const stays = looking.look?.width === look.width && looking.look.state === look.state;
  if (!stays) {
    // Nothing of the page before is left that could call.
    await page.goto("about:blank");
    await page.setViewportSize({ width: look.width, height: 900 });
    await front.answerAs(look.state);
  }
  await page.emulateMedia({ colorScheme: look.theme, reducedMotion: "reduce" });
  const held = front.held();
  complaints.length = 0;
  if (stays) await page.evaluate(`(${goInside})(${JSON.stringify(path)})`);
  else await page.goto(`${browser.url}/_studio/${path}`);
  looking.look = look;
  if (look.state === "loading") await expect.poll(() => shown(browser, front.held() > held), patience).toBe(true);
  else await settled(browser);
  await expectWell(browser, `${path} ${look.theme} ${look.width} ${look.state}`, look.state, stays ? "main" : "html");
}

/** Marks what is drawn, and goes to another page as the app's own links do. */
const goInside = `(path) => {
  for (const element of document.querySelectorAll(${JSON.stringify("main h1, main table, main form, main [class*=awsui_alert], main [class*=awsui_circle]")})) element.dataset.before = "";
  history.pushState(null, "", "/_studio/" + path);
  dispatchEvent(new PopStateEvent("popstate"));
}`;

const drawn = "main :is(h1, [role=alert], [class*=awsui_alert]):not([data-before])";

/** Whether a page is there that waits for what it has asked for. */
async function shown({ page }: StudioBrowser, asked: boolean): Promise<boolean> {
  if ((await page.locator("main [data-before]").count()) > 0) return false;
  if ((await page.locator(drawn).count()) > 0) return true;
  return asked && (await page.locator("main [class*=awsui_circle]").count()) > 0;
}

/**
 * Expects nothing of axe-core, of the console and of the width to be wrong with the page that is open.
 * @param below what axe looks at: what is around a page stays as one goes from page to page
 */
export async function expectWell(
  browser: StudioBrowser,
  where: string,
  state: State = "data",
  below = "main",
): Promise<void> {
  const { page, complaints } = browser;
  const excess = () => page.evaluate("document.scrollingElement.scrollWidth - innerWidth");
  await expect.poll(excess, { ...patience, message: `${where} scrolls sideways` }).toBeLessThanOrEqual(0);
  expect(await accessibilityFindings(page, below), where).toEqual([]);
  expect(
    complaints.filter((text) => !(refusing.has(state) && asWished.test(text))),
    where,
  ).toEqual([]);
  expect(browser.foreign, where).toEqual([]);
}

/** Waits until the page shows no spinner and no row that is being read. */
export async function settled({ page }: StudioBrowser): Promise<void> {
  await page.locator("main [data-before]").first().waitFor({ state: "detached" });
  await page.locator(drawn).first().waitFor({ state: "attached" });
  const busy = page.locator("main [class*=awsui_circle], main [class*=awsui_status-loading]");
  await busy.first().waitFor({ state: "detached" });
}
