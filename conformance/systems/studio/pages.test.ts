import { afterAll, beforeAll, describe, test } from "vitest";
import { region, useServer } from "../../server.ts";
import { isInstalled } from "../installation.ts";
import { lookAt } from "./look-at.ts";
import { buildStudio, openStudio, type StudioBrowser } from "./open-studio.ts";
import { type Look, pages } from "./pages.ts";
import { seed, unseeded } from "./seed.ts";
import { studio } from "./studio.ts";

const server = useServer({ environment: { SAGEBRUSH_REGION: region } });
let browser: StudioBrowser;
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
  });
});
