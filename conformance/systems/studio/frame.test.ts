import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { useServer } from "../../server.ts";
import { installed } from "../installed.ts";
import { buildStudio, openStudio, type StudioBrowser } from "./open-studio.ts";
import { studio } from "./studio.ts";

/** A region of AWS's that is none of those which can be chosen. */
const region = "me-south-1";

describe("what is around every page", () => {
  const server = useServer({ environment: { SAGEBRUSH_REGION: region } });
  let browser: StudioBrowser;
  let page: Page;

  beforeEach(async (context) => {
    await installed(context, studio);
  });
  beforeAll(async () => {
    buildStudio();
    browser = await openStudio(server, { reducedMotion: "reduce" });
    page = browser.page;
  });
  afterAll(() => browser?.close());

  const searched = async (text: string) => {
    const box = page.locator("#top-bar").getByRole("combobox", { name: "Search" }).locator("visible=true").first();
    await box.fill(text);
    await page
      .getByRole("option", { name: new RegExp(`named "${text}"`) })
      .first()
      .waitFor();
    return box;
  };

  test("the search leads to a page by its title, and to things of every kind that is found by name", async () => {
    await (await searched("logs")).press("Enter");
    await page.waitForURL(/\/_studio\/logs$/);
    // A part of a name that begins as an address does.
    await (await searched("/aws/sagemaker")).press("Enter");
    await page.waitForURL(/\?\w+=%2Faws%2Fsagemaker$/);
    for (const [kind, address] of [
      ["Alarms", /\/alarm\?AlarmNamePrefix=loss$/],
      ["Model versions", /\/model-package\?NameContains=loss$/],
      ["Inference components", /\/inference-component\?NameContains=loss$/],
    ] as const) {
      await searched("loss");
      await page.getByRole("option", { name: `${kind} named "loss"`, exact: true }).click();
      await page.waitForURL(address);
    }
    expect(browser.complaints).toEqual([]);
  });

  test("the server's own region can be gone back to", async () => {
    const choose = async (from: string, to: string) => {
      await page.getByRole("button", { name: `Region ${from}` }).click();
      await page.getByRole("menuitem", { name: to }).click();
      await page.getByRole("button", { name: `Region ${to}` }).waitFor();
    };
    await browser.open("training-job");
    await choose(region, "eu-west-1");
    await choose("eu-west-1", region);
    expect(browser.complaints).toEqual([]);
  });

  test("who could not be signed out is told so, and loses nothing", async () => {
    await page.evaluate("sessionStorage.setItem('mine', '1')");
    await page.context().setOffline(true);
    const leave = async () => {
      await page.getByRole("button", { name: "Session" }).click();
      await page.getByRole("menuitem", { name: "Sign out" }).click();
    };
    await leave();
    await page.getByText("You are still signed in. The server does not answer.").first().waitFor();
    expect(await page.evaluate("sessionStorage.getItem('mine')")).toBe("1");
    await page.context().setOffline(false);
    await leave();
    await page.waitForURL(/\/sign-in\?to=%2F_studio%2F$/);
    expect(await page.evaluate("sessionStorage.length")).toBe(0);
  });

  test("whoever comes by an address that is none can sign in", async () => {
    await page.goto(`${server.url}/_studio/sign-in?to=${encodeURIComponent("http://[")}`);
    await page.getByLabel("Access key ID").waitFor();
  });
});
