import { loadavg } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { URL } from "node:url";
import { SageMaker } from "@aws-sdk/client-sagemaker";
import type { BrowserContext, Page } from "playwright-core";
import { createTestServer, region } from "../conformance/server.ts";
import { buildStudio, openStudio, type StudioBrowser } from "../conformance/systems/studio/open-studio.ts";
import { deployModel } from "./deploy-model.ts";
import { machine } from "./servers.ts";
import { clickedIn, heading, noteClicks, openedIn, picture, rows } from "./when-drawn.ts";

const runs = 5;
const usualModels = 10_000;
const pageRows = 100;
const tabs = 8;
/** Beside a change each tab asks who is signed in so often. */
const callEachMilliseconds = 250;

/**
 * Studio in Chromium: how long its pages take with an empty cache, page 100 of a long list beside page 2, and how long a
 * change by the SDK takes to show in eight tabs that go on calling. The argument is the number of rows of the list.
 */
export async function run(argument?: string): Promise<void> {
  const models = Number(argument ?? usualModels);
  console.log(`${machine()}, load ${loadavg()[0]!.toFixed(1)}; ${runs} runs, medians`);
  buildStudio();
  const server = await createTestServer({ environment: { SAGEBRUSH_REGION: region } });
  let studio: StudioBrowser | undefined;
  try {
    await server.start();
    studio = await openStudio(server);
    const sagemaker = new SageMaker(server.clientOptions);
    const { accessKeyId: id, secretAccessKey: secret } = server.clientOptions.credentials;
    const port = Number(new URL(server.url).port);
    await deployModel({
      name: "Sagebrush",
      pid: server.pid,
      port,
      credentials: { id, secret, region },
      close: server.close,
    });
    for (let made = 0; made < models; made += 50)
      await Promise.all(Array.from({ length: 50 }, (_, of) => makeModel(sagemaker, made + of)));
    await firstPages(studio);
    await turnedPages(studio, models);
    await live(studio, sagemaker);
  } finally {
    await studio?.close();
    await server.close();
  }
}

const nameOf = (index: number) => `numbered-${String(index).padStart(5, "0")}`;
const makeModel = (sagemaker: SageMaker, index: number) =>
  sagemaker.createModel({
    ModelName: nameOf(index),
    ExecutionRoleArn: "arn:aws:iam::123456789012:role/SageMakerRole",
    PrimaryContainer: { Image: "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.7-1" },
  });

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const report = (what: string, milliseconds: readonly number[]): void =>
  console.log(
    `${what.padEnd(44)}${(median(milliseconds) / 1000).toFixed(2)} s (${(Math.min(...milliseconds) / 1000).toFixed(2)} to ${(Math.max(...milliseconds) / 1000).toFixed(2)})`,
  );

/** Each page one after the other, as a person comes to it, in a browser that has loaded nothing before. */
async function firstPages({ url, context: signedIn }: StudioBrowser): Promise<void> {
  const browser = signedIn.browser()!;
  const storageState = await signedIn.storageState();
  const link = (page: Page, name: string | RegExp) => page.getByRole("link", { name, exact: true }).first();
  const steps: readonly [what: string, work: (page: Page) => Promise<number>][] = [
    ["first page", (page) => openedIn(page, `${url}/_studio/`, heading(/^Home/))],
    ["then a list of 100", (page) => clickedIn(page, link(page, "Models"), rows(pageRows, /^numbered-/))],
    ["then a detail", (page) => clickedIn(page, link(page, /^numbered-/), heading(/^numbered-/))],
    ["then the list of jobs", (page) => clickedIn(page, link(page, "Training jobs"), rows(1, /^bench$/))],
    ["then a job with its curve", (page) => clickedIn(page, link(page, "bench"), picture(/logloss/))],
    [
      "a detail by its address, in another tab",
      async (page) => {
        const tab = await page.context().newPage();
        return await openedIn(tab, `${url}/_studio/model/${nameOf(0)}`, heading(/^numbered-/));
      },
    ],
  ];
  const times = steps.map((): number[] => []);
  for (let index = 0; index < runs; index++) {
    const context = await browser.newContext({ storageState, viewport: { width: 1280, height: 900 } });
    await context.addInitScript(noteClicks);
    const page = await context.newPage();
    for (const [step, [, work]] of steps.entries()) times[step]!.push(await work(page));
    await context.close();
  }
  for (const [step, [what]] of steps.entries()) report(what, times[step]!);
}

/** The list from its first page to its last one, by the button. */
async function turnedPages({ url, context }: StudioBrowser, models: number): Promise<void> {
  const page = await context.newPage();
  await page.addInitScript(noteClicks);
  await openedIn(page, `${url}/_studio/model?sort=Name`, rows(pageRows, /^numbered-/));
  const next = page.getByRole("button", { name: "Next page" }).first();
  const times: number[] = [];
  for (let number = 1; number < models / pageRows; number++)
    times.push(await clickedIn(page, next, rows(pageRows, new RegExp(`^${nameOf(number * pageRows)}$`))));
  await page.close();
  report(`pages 2 to 6 of ${models} rows`, times.slice(0, 5));
  report(`pages ${models / pageRows - 4} to ${models / pageRows}`, times.slice(-5));
}

/** From the SDK's answer until the link is drawn in each tab, by the one clock of the machine. */
async function live({ url, context }: StudioBrowser, sagemaker: SageMaker): Promise<void> {
  const opened = await Promise.all(Array.from({ length: tabs }, () => openTab(context, url)));
  const slowest: number[] = [];
  const all: number[] = [];
  for (let index = 0; index < runs; index++) {
    const ModelPackageGroupName = `shown-${index}`;
    const shown = opened.map(
      (tab) => tab.evaluate(`shownAt(${JSON.stringify(ModelPackageGroupName)})`) as Promise<number>,
    );
    // Every tab listens before the change is made.
    await pause(200);
    await sagemaker.createModelPackageGroup({ ModelPackageGroupName });
    const answered = Date.now();
    const delays = (await Promise.all(shown)).map((at) => at - answered);
    slowest.push(Math.max(...delays));
    all.push(...delays);
  }
  const calls = await Promise.all(opened.map((tab) => tab.evaluate("calls") as Promise<number>));
  console.log(
    `a change in ${tabs} tabs that call each ${callEachMilliseconds} ms: median ${median(all)} ms; in the slowest tab ${slowest.join(", ")} ms; ${calls.reduce((sum, one) => sum + one)} calls beside`,
  );
  await Promise.all(opened.map((tab) => tab.close()));
}

async function openTab(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  const socket = page.waitForEvent("websocket");
  await page.goto(`${url}/_studio/model-package-group`);
  await (await socket).waitForEvent("framereceived");
  await page.getByRole("heading", { level: 1, name: /^Model groups/ }).waitFor();
  await page.evaluate(`(() => {
    globalThis.calls = 0;
    setInterval(() => fetch("/_studio/session").then((answer) => answer.text()).then(() => { globalThis.calls++; }), ${callEachMilliseconds});
    globalThis.shownAt = (text) => new Promise((resolve) => {
      const look = () => {
        if (![...document.querySelectorAll("tbody a")].some((link) => link.textContent === text)) return;
        watching.disconnect();
        resolve(Date.now());
      };
      const watching = new MutationObserver(look);
      watching.observe(document.body, { childList: true, subtree: true, characterData: true });
      look();
    });
  })()`);
  return page;
}
