import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { region, useServer } from "../../server.ts";
import { installed } from "../installed.ts";
import { buildStudio, openStudio, type StudioBrowser } from "./open-studio.ts";
import { forgive } from "./page-checks.ts";
import { studio } from "./studio.ts";

describe("a page that is open while Studio is built again", () => {
  const server = useServer({ environment: { SAGEBRUSH_REGION: region } });
  let room: StudioBrowser;
  let page: Page;
  let loads = 0;

  beforeEach(async (context) => {
    await installed(context, studio);
  });
  beforeAll(async () => {
    buildStudio();
    room = await openStudio(server);
    page = room.page;
    page.on("load", () => loads++);
  });
  afterAll(() => room?.close());

  /** Opens home, then takes away the files that it has not loaded yet. */
  async function openThenLoseFiles(): Promise<void> {
    await room.open("");
    await page.waitForLoadState("networkidle");
    await page.route("**/_studio/assets/*", (route) => route.fulfill({ status: 404, body: "" }));
    loads = 0;
  }
  const openModels = () => page.getByRole("link", { name: "Models", exact: true }).click();

  test("it loads anew once, and shows what was asked for", async () => {
    await openThenLoseFiles();
    await page.route("**/_studio/", async (route) => {
      // What the page asks for is the new page; then the new build's files are there.
      await page.unroute("**/_studio/assets/*");
      const text = await (await route.fetch()).text();
      await route.fulfill({
        contentType: "text/html",
        body: text.replaceAll("/assets/frame-", "/assets/frame-newer-"),
      });
    });
    await openModels();
    await page.getByRole("heading", { level: 1, name: /^Models/ }).waitFor();
    expect(loads).toBe(1);
    await page.unroute("**/_studio/");
    forgive(room, /status 404: .*\/assets\//);
  });

  test("of the same build it says what is missing, and does not load for ever", async () => {
    await openThenLoseFiles();
    await openModels();
    await page.getByRole("button", { name: "Try again" }).waitFor();
    expect(loads).toBe(0);
    await page.unroute("**/_studio/assets/*");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { level: 1, name: /^Models/ }).waitFor();
    forgive(room, /status 404: .*\/assets\//);
  });
});
