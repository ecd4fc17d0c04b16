import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Caller } from "../aws/caller.ts";
import { createHostNames } from "../wire/host-names.ts";
import { frontFinder } from "./find-front.ts";
import { bodyOf, unused } from "./front-request.fixture.ts";
import { createGuide, guide } from "./guide.ts";
import { readGuidePages } from "./guide-pages.ts";

const root = join(import.meta.dirname, "..", "..");
const pages = readGuidePages();

const show = async (path: string, { front = guide, method = "GET" } = {}) => {
  const head = { method, path, query: "", headers: {} };
  expect(frontFinder([front], createHostNames(""))(head)).toBe(front);
  const answer = await front.handle(
    { head, local: false, secure: false, body: bodyOf("") },
    { ...unused, caller: {} as Caller, server: {} },
  );
  return { ...answer, html: answer.body as string };
};

/** The pages of a folder of one file each, by their paths below docs. */
async function inFolder(files: Readonly<Record<string, string>>, use: (folder: string) => Promise<void> | void) {
  const folder = mkdtempSync(join(tmpdir(), "sagebrush-guide-"));
  try {
    for (const name of ["guide", "reference"]) mkdirSync(join(folder, name));
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.each(pages.all.map((page) => [page.path, page] as const))(
  "%s is a page without anything to load or run",
  async (path, page) => {
    const { status, headers, html } = await show(path);
    expect(status).toBe(200);
    const style = /<style>([\s\S]*?)<\/style>/.exec(html)![1]!;
    const hash = createHash("sha256").update(style).digest("base64");
    expect(headers["Content-Security-Policy"]).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(html).not.toMatch(/<(script|img|link|iframe|form)\b|\sstyle=|\son\w+=|<!--/);
    expect(html).toContain(`<a href="${path}" aria-current="page">`);
    for (const [, address, anchor] of html.matchAll(/<a [^>]*href="([^"#]*)(?:#([^"]*))?"/g)) {
      if (address === "/" || address!.startsWith("http")) continue;
      const target = address === "" ? page : pages.at(address!);
      expect(target, address).toBeDefined();
      if (anchor) expect((await show(target!.path)).html).toContain(` id="${anchor}"`);
    }
  },
);

test.each(pages.all.map((page) => [page.file, page] as const))(
  "every file that %s links to is there",
  (_, { file, markdown }) => {
    const links = [...markdown.replace(/```[\s\S]*?```/g, "").matchAll(/\]\(([^)#]+)/g)].map(([, link]) => link!);
    for (const link of links)
      if (!link.startsWith("http")) expect(existsSync(join(root, "docs", file, "..", link)), link).toBe(true);
  },
);

test("the first page names every page, and is shown with and without a slash", async () => {
  const { html } = await show("/_sagebrush/guide/");
  const main = /<main>[\s\S]*<\/main>/.exec(html)![0];
  for (const { path } of pages.all.slice(1)) expect(main).toContain(`href="${path}"`);
  expect(html).toBe((await show("/_sagebrush/guide")).html);
});

test.each([
  "/_sagebrush/guide/../../package.json",
  "/_sagebrush/guide/..%2f..%2fpackage.json",
  "/_sagebrush/guide/%2e%2e/%2e%2e/LICENSE",
  "/_sagebrush/guide//etc/passwd",
  "/_sagebrush/guide/xgboost.md",
  "/_sagebrush/guide/__proto__",
  "/_sagebrush/guide/decisions/0001-the-aws-sdk-is-the-contract",
])("%s is no page", async (path) => {
  const { status, html } = await show(path);
  expect(status).toBe(404);
  expect(html).toContain("No such page");
  expect(html).not.toContain(path);
});

test("HEAD has no body, nothing can be sent, and other paths are left to others", async () => {
  const { status, body } = await show("/_sagebrush/guide", { method: "HEAD" });
  expect({ status, body }).toEqual({ status: 200, body: undefined });
  expect(await show("/_sagebrush/guide", { method: "POST" })).toMatchObject({
    status: 405,
    headers: { Allow: "GET, HEAD" },
  });
  for (const path of ["/_sagebrush/guidebook", "/_sagebrush/status", "/guide", "/"])
    expect(frontFinder([guide], createHostNames(""))({ method: "GET", path, query: "", headers: {} })).toBeUndefined();
});

test("markdown becomes text that cannot act, and links lead to pages or nowhere", () =>
  inFolder(
    {
      "guide/README.md":
        "# First\n[two](two.md#a-part) [code](../../src/x.ts) [bad](javascript:alert(1)) <b onclick=x>raw</b>",
      "guide/two.md": "# Two & more\n\n## A part\n\n| a | b | c |\n| - | - | - |\n| `<x>` | 2 | 3 |\n",
    },
    async (folder) => {
      const front = createGuide(() => readGuidePages(folder));
      const first = (await show("/_sagebrush/guide", { front })).html;
      expect(first).toContain('<p><a href="/_sagebrush/guide/two#a-part">two</a> code bad raw</p>');
      const two = (await show("/_sagebrush/guide/two", { front })).html;
      expect(two).toContain("<title>Two &amp; more - Sagebrush</title>");
      expect(two).toContain('<h2 id="a-part">A part</h2>');
      expect(two).toContain('<td data-title="a"><span><code>&lt;x&gt;</code></span></td>');
    },
  ));

test("two files with one address are refused", () =>
  inFolder({ "guide/same.md": "# a", "reference/same.md": "# b" }, (folder) => {
    expect(() => readGuidePages(folder)).toThrow("reference/same.md and guide/same.md would both be shown at");
  }));
