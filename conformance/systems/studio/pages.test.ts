import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { region, useServer } from "../../server.ts";
import { isInstalled } from "../installation.ts";
import { expectWell, lookAt, settled } from "./look-at.ts";
import { buildStudio, openStudio, type StudioBrowser } from "./open-studio.ts";
import { allLooks, type Look, pages, pairwiseLooks, resources } from "./pages.ts";
import { seed, unseeded } from "./seed.ts";
import { studio } from "./studio.ts";

const server = useServer({ environment: { SAGEBRUSH_REGION: region } });
let browser: StudioBrowser;
/** The address of one thing of each kind. */
const details: string[] = [];
/** How long so many pages may take where others share the processor. */
const minutes = (count: number) => ({ timeout: count * 60_000 });
const plain: Look = { theme: "light", width: 1280, state: "data" };

describe.skipIf(!process.env.CI && !(await isInstalled(studio)))("the pages", () => {
  beforeAll(async () => {
    buildStudio();
    await seed(server);
    browser = await openStudio(server);
  });
  afterAll(async () => await browser?.close());

  test.for(pages)("$path with data", async ({ path, kind }) => {
    await lookAt(browser, path, plain);
    if (kind !== "list" || unseeded.has(path)) return;
    const link = browser.page.locator(`tbody a[href^="/_studio/${path}/"]:not([href$="/create"])`).first();
    await link.waitFor();
    details.push(decodeURI((await link.getAttribute("href"))!.replace("/_studio/", "")));
  });

  test("of every kind one thing, each tab of its page", minutes(5), async () => {
    expect(details).toHaveLength(resources.filter(({ path }) => !unseeded.has(path)).length);
    for (const path of details) {
      await lookAt(browser, path, plain);
      for (const tab of await browser.page.getByRole("tab").all()) {
        await tab.click();
        await settled(browser);
        await expectWell(browser, `${path}, ${await tab.textContent()}`);
      }
    }
  });

  test("every page in one of the looks among which all pairs are", minutes(5), async () => {
    const all = [...pages.map(({ path }) => path), ...details];
    expect(all.length).toBeGreaterThanOrEqual(pairwiseLooks.length);
    for (const [index, path] of all.entries())
      await lookAt(browser, path, pairwiseLooks[index % pairwiseLooks.length]!);
  });

  test.for(["training-job", "training-job/create", "detail"])("%s in every look", minutes(3), async (path) => {
    const shown = path === "detail" ? details.find((one) => one.startsWith("training-job/"))! : path;
    for (const look of allLooks) await lookAt(browser, shown, look);
  });
});
