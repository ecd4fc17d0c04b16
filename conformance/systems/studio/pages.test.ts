import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { region, useServer } from "../../server.ts";
import { isInstalled } from "../installation.ts";
import { createTestFront } from "./answers.ts";
import { expectWell, type Looking, lookAt, settled } from "./look-at.ts";
import { buildStudio, openStudio } from "./open-studio.ts";
import { allCases, type Case, pages, pairwiseCases, plainLook, resources } from "./pages.ts";
import { placesOf, seed } from "./seed.ts";
import { studio } from "./studio.ts";

const server = useServer({ environment: { SAGEBRUSH_REGION: region } });
let looking: Looking;
/** Pages of a thing of each kind. */
const details: string[] = [];
const minutes = (count: number) => ({ timeout: count * 60_000 });

describe.skipIf(!process.env.CI && !(await isInstalled(studio)))("the pages", () => {
  beforeAll(async () => {
    buildStudio();
    await seed(server);
    const browser = await openStudio(server);
    looking = { browser, front: await createTestFront(browser.page) };
  });
  afterAll(async () => await looking?.browser.close());

  /** Looks at all, and tells of all that is wrong together. */
  async function lookAtAll(cases: readonly Case[]): Promise<void> {
    const wrong: string[] = [];
    for (const { path, ...look } of cases)
      await lookAt(looking, path, look).catch((error: Error) => {
        looking.look = undefined;
        wrong.push(`${path} ${Object.values(look).join(" ")}: ${error.message}`);
      });
    expect(wrong).toEqual([]);
  }

  test.for(pages)("$path with data", async ({ path, kind }) => {
    looking.look = undefined;
    await lookAt(looking, path, plainLook);
    if (kind !== "list") return;
    const link = looking.browser.page.locator(`tbody a[href^="/_studio/${path}/"]:not([href$="/create"])`).first();
    await link.waitFor();
    details.push(decodeURI((await link.getAttribute("href"))!.replace("/_studio/", "")));
  });

  test("an address that no page has says so, and leads to the start", async () => {
    looking.look = undefined;
    await lookAt(looking, "nowhere", plainLook);
    const { page } = looking.browser;
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("There is no such page");
    expect(await page.title()).toBe("No such page - Sagebrush Studio");
    await page.getByRole("link", { name: "To the start" }).click();
    await page.getByRole("heading", { level: 1, name: "There is no such page" }).waitFor({ state: "detached" });
    expect(new URL(page.url()).pathname).toMatch(/^\/_studio\/?$/);
    looking.look = undefined;
  });

  test("the bar above leads to the guide", async () => {
    const { page } = looking.browser;
    const href = await page
      .getByRole("link", { name: /^Guide/ })
      .first()
      .getAttribute("href");
    const answer = await fetch(new URL(href!, server.url), { redirect: "manual" });
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining("<h1")]);
  });

  test("of every kind one thing, each tab of its page", minutes(10), async () => {
    expect(details).toHaveLength(resources.length);
    const { browser } = looking;
    const wrong: string[] = [];
    for (const path of details) {
      await lookAt(looking, path, plainLook).catch((error: Error) => wrong.push(error.message));
      for (const tab of (await browser.page.getByRole("tab").all()).slice(1)) {
        const title = await tab.textContent();
        await tab.click();
        await settled(browser);
        await expectWell(browser, `${path}, ${title}`).catch((error: Error) => wrong.push(error.message));
        browser.complaints.length = 0;
      }
    }
    expect(wrong).toEqual([]);
  });

  test("every page in a dark narrow look and in another state, rooms in every state", minutes(15), async () => {
    const forms = resources.flatMap(({ steps }, index) => steps.map((step) => `${details[index]}/${step}`));
    const made = pages.filter(({ kind }) => kind !== "room").map(({ path }) => path);
    const rooms = pages.filter(({ kind }) => kind === "room").map(({ path }) => path);
    await lookAtAll(pairwiseCases([...made, ...details, ...forms], [...rooms, ...placesOf(details)]));
  });

  test("a list, a form and a thing in every look", minutes(10), async () => {
    const detail = details.find((path) => path.startsWith("training-job/"))!;
    await lookAtAll(allCases(["training-job", "training-job/create", detail]));
  });
});
