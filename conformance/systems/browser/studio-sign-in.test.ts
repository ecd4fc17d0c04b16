import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { type Browser, type BrowserContext, chromium, type Page, type Request } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { region, useServer } from "../../server.ts";
import { installed } from "../installed.ts";
import { browser as system } from "./browser.ts";

describe("in Chromium, Studio's sign-in", () => {
  const server = useServer();
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let sent: Request[];
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  });
  afterAll(() => browser?.close());
  beforeEach(async (task) => {
    await installed(task, system);
    context = await browser.newContext();
    page = await context.newPage();
    sent = [];
    context.on("request", (request) => sent.push(request));
  });
  afterEach(() => context?.close());

  const newLink = async () => (await server.sagebrush("studio")).stdout.trim();
  const studio = () => `${server.url}/_studio/`;
  const who = () => page.evaluate("fetch('/_studio/session').then((answer) => answer.status)");

  async function signIn(): Promise<void> {
    await page.goto(await newLink());
    await page.getByRole("button", { name: "Continue to Studio" }).click();
    await page.waitForURL(studio());
  }

  test("takes a link with one click, and leaves no trace of it", async () => {
    const link = await newLink();
    const text = link.split("#")[1]!;
    await page.goto(link);
    await page.getByRole("button", { name: "Continue to Studio" }).click();
    await page.waitForURL(studio());
    expect(await who()).toBe(200);
    const addresses = sent.map((request) => `${request.url()} ${JSON.stringify(request.headers())}`);
    expect(addresses.filter((address) => address.includes(text))).toEqual([]);
    expect(await page.evaluate("[document.cookie, localStorage.length, sessionStorage.length]")).toEqual(["", 0, 0]);
    await page.goto(link);
    await page.getByRole("button", { name: "Continue to Studio" }).click();
    expect(await page.locator("[role=alert]:not([hidden])").textContent()).toContain("used already");
    // Whoever is signed in and comes by an old address goes on.
    await page.goto(`${server.url}/_studio/sign-in`);
    await page.waitForURL(studio());
  });

  test("leads on to the page that was asked for, and to no other site", async () => {
    await page.goto(`${server.url}/_studio/training-jobs`);
    expect(page.url()).toContain("/_studio/sign-in?to=");
    const { accessKeyId, secretAccessKey } = server.clientOptions.credentials;
    await page.getByLabel("Access key ID").fill(accessKeyId);
    await page.getByLabel("Secret access key").fill(secretAccessKey);
    await page.keyboard.press("Enter");
    await page.waitForURL(`${server.url}/_studio/training-jobs`);
    // A click on another site's link: the cookie comes with the second step only.
    const foreign = await foreignSite(`<a href="${server.url}/_studio/models">Models</a>`);
    await page.goto(foreign.url.replace("127.0.0.1", "localhost"));
    await page.getByRole("link", { name: "Models" }).click();
    await page.waitForURL(`${server.url}/_studio/models`);
    foreign.close();
    await page.goto(`${server.url}/_studio/sign-in?to=//evil.example.org/_studio/`);
    await page.waitForURL(studio());
  });

  test("takes a link that another site's page leads to", async () => {
    const foreign = await foreignSite(`<a href="${await newLink()}">Studio</a>`);
    await page.goto(foreign.url);
    await page.getByRole("link", { name: "Studio" }).click();
    await page.getByRole("button", { name: "Continue to Studio" }).click();
    await page.waitForURL(studio());
    expect(await who()).toBe(200);
    foreign.close();
  });

  test("takes an access key by the keyboard, and sends no secret", async () => {
    const { accessKeyId, secretAccessKey } = server.clientOptions.credentials;
    await page.goto(`${server.url}/_studio/sign-in`);
    await page.getByLabel("Access key ID").fill(accessKeyId);
    await page.keyboard.press("Tab");
    await page.keyboard.type("a wrong secret");
    await page.keyboard.press("Enter");
    expect(await page.locator("[role=alert]:not([hidden])").textContent()).toMatch(/signature/i);
    expect(await page.getByLabel("Secret access key").inputValue()).toBe("");
    await page.getByLabel("Secret access key").fill(secretAccessKey);
    await page.keyboard.press("Enter");
    await page.waitForURL(studio());
    expect(await who()).toBe(200);
    const everything = sent.map(
      (request) => `${request.url()} ${JSON.stringify(request.headers())} ${request.postData() ?? ""}`,
    );
    expect(everything.filter((text) => text.includes(secretAccessKey))).toEqual([]);
    expect(everything.filter((text) => text.includes("challenge")).length).toBeGreaterThan(0);
    expect(new Set(sent.map((request) => new URL(request.url()).host))).toEqual(new Set([new URL(server.url).host]));
  });

  test("cannot be framed, read or used by a page of another origin", async () => {
    await signIn();
    const foreign = await foreignSite(`<iframe src="${studio()}" onload="framed = true"></iframe>`);
    await page.goto(foreign.url);
    await page.waitForFunction("globalThis.framed");
    expect(
      await page
        .frames()[1]!
        .evaluate("document.body.innerText")
        .catch(() => "blocked"),
    ).not.toContain("Studio");
    const tried = (await page.evaluate(`(async () => {
      const at = (path) => ${JSON.stringify(server.url)} + path;
      const asked = async (path, options) => fetch(at(path), { credentials: "include", ...options }).then(() => "read", () => "blocked");
      const socket = new WebSocket(at("/_studio/live?csrf=x").replace("http", "ws"));
      const opened = new Promise((resolve) => {
        socket.onopen = () => resolve("open");
        socket.onerror = () => resolve("blocked");
      });
      return [
        await asked("/_studio/session"),
        await asked("/_studio/api/"),
        await asked("/_studio/session", { method: "DELETE", headers: { "x-sagebrush-csrf": "x" } }),
        await opened,
      ];
    })()`)) as string[];
    expect(tried).toEqual(["blocked", "blocked", "blocked", "blocked"]);
    await page.goto(studio());
    expect(await who()).toBe(200);
    foreign.close();
  });

  test("does not let a page that somebody stored in S3 act, however it is opened", async () => {
    await signIn();
    const s3 = new S3Client({ ...server.clientOptions, forcePathStyle: true });
    const Bucket = "pages-of-others";
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } }));
    const Body = `<title>still</title><script>
      document.title = "acts";
      fetch("/_studio/session").then((answer) => { document.title = "session " + answer.status; });
    </script><img src=x onerror="document.title = 'acts'">`;
    await s3.send(new PutObjectCommand({ Bucket, Key: "evil.html", Body, ContentType: "text/html" }));
    const presigned = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: "evil.html" }));
    await page.goto(presigned, { waitUntil: "load" });
    expect(await page.title()).toBe("still");
    const opened = await page.goto(`${server.url}/_studio/api/${Bucket}/evil.html`);
    expect(opened!.status()).toBe(403);
    expect(await page.title()).not.toMatch(/acts|session/);
  });
});

/** A page of another origin: another port is one, though cookies do not tell them apart. */
async function foreignSite(body: string): Promise<{ url: string; close(): void }> {
  const site = createServer((_request, response) => {
    response.setHeader("Content-Type", "text/html");
    response.end(`<!doctype html><title>foreign</title>${body}`);
  });
  site.listen(0, "127.0.0.1");
  await once(site, "listening");
  return { url: `http://127.0.0.1:${(site.address() as AddressInfo).port}/`, close: () => void site.close() };
}
