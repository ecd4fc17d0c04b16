import type { Page, WebSocketRoute } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clientsOf } from "../../clients.ts";
import { region, useServer } from "../../server.ts";
import { installed } from "../installed.ts";
import { buildStudio, openStudio, type StudioBrowser } from "./open-studio.ts";
import { studio } from "./studio.ts";

const server = useServer({ environment: { SAGEBRUSH_REGION: region } });
let browser: StudioBrowser;

beforeAll(async () => {
  buildStudio();
  browser = await openStudio(server);
});
afterAll(async () => await browser?.close());

const createGroup = (ModelPackageGroupName: string) =>
  clientsOf(server).sagemaker.createModelPackageGroup({ ModelPackageGroupName });

/** A tab with the list of model groups and an open socket. */
async function openTab(): Promise<Page> {
  const page = await browser.context.newPage();
  const socket = page.waitForEvent("websocket");
  await page.goto(`${server.url}/_studio/model-package-group`);
  await (await socket).waitForEvent("framereceived");
  await page.getByRole("heading", { name: /^Model groups/ }).waitFor();
  return page;
}

test("a change by a program shows in eight tabs, which go on calling", async (context) => {
  await installed(context, studio);
  const tabs: Page[] = [];
  for (let index = 0; index < 8; index++) tabs.push(await openTab());
  await createGroup("shown-everywhere");
  await Promise.all(tabs.map((tab) => tab.getByRole("link", { name: "shown-everywhere" }).waitFor()));
  // Streams of events would have left the browser no connection for this.
  await Promise.all(
    tabs.map(async (tab) => {
      await tab.getByRole("link", { name: "shown-everywhere" }).click();
      await tab.getByRole("heading", { name: "shown-everywhere" }).waitFor();
    }),
  );
  await Promise.all(tabs.map((tab) => tab.close()));
  expect(browser.complaints).toEqual([]);
});

test("what changed while the socket was away shows when it is back", async (context) => {
  await installed(context, studio);
  const { page } = browser;
  const sockets: WebSocketRoute[] = [];
  let away = false;
  await page.routeWebSocket(/\/_studio\/live/, (socket) => {
    if (away) return void socket.close();
    socket.connectToServer();
    sockets.push(socket);
  });
  await browser.open("model-package-group");
  await expect.poll(() => sockets.length).toBe(1);
  await page.getByRole("link", { name: "shown-everywhere" }).waitFor();
  away = true;
  await sockets[0]!.close();
  await createGroup("made-meanwhile");
  away = false;
  await page.getByRole("link", { name: "made-meanwhile" }).waitFor();
});

test("what changed before the server ever said where its feed is shows when the socket is back", async (context) => {
  await installed(context, studio);
  const page = await browser.context.newPage();
  const sockets: WebSocketRoute[] = [];
  await page.routeWebSocket(/\/_studio\/live/, (socket) => {
    sockets.push(socket);
    if (sockets.length === 1) return;
    const server = socket.connectToServer();
    // So that only a question of the page's own shows the change.
    server.onMessage((message) => {
      if (!String(message).includes('"changed"')) socket.send(message);
    });
  });
  await page.goto(`${server.url}/_studio/model-package-group`);
  await page.getByRole("link", { name: "shown-everywhere" }).waitFor();
  await expect.poll(() => sockets.length).toBe(1);
  await createGroup("made-unheard");
  await sockets[0]!.close();
  await page.getByRole("link", { name: "made-unheard" }).waitFor();
  await page.close();
});
