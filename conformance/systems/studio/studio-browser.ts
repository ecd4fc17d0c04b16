import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { AxeResults, RunOptions } from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { expect } from "vitest";
import type { TestServer } from "../../server.ts";

/** A page of Studio in a browser, signed in by a link of the command line. */
export interface StudioPage {
  readonly page: Page;
  /** What the console said, and the requests that went elsewhere. */
  readonly complaints: readonly string[];
  /** Opens a page of Studio: "/model", and waits until nothing is asked for. */
  open(path: string): Promise<void>;
  /** Takes out what a browser says by itself of a request that a test lets fail. @throws when it has said nothing so */
  forgive(pattern: RegExp): void;
  /** Holds the page that is open against what is promised of every page. */
  check(widths?: readonly number[]): Promise<void>;
}

const axeSource = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** WCAG 2.2, A and AA. */
const axeOptions: RunOptions = {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
};

/** What axe finds in Cloudscape's own components, which no page can mend: rule, and the element. */
const foundInCloudscape: readonly (readonly [rule: string, element: RegExp])[] = [
  // AppLayout's toolbar at small widths is a nav with aria-orientation.
  ["aria-allowed-attr", /<nav [^>]*aria-orientation/],
];

export async function launchChromium(): Promise<Browser> {
  // Chromium refuses its sandbox to root.
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return await chromium.launch({ executablePath: "/usr/bin/chromium", args });
}

/** Opens a window of its own, in which nobody else is signed in. */
export async function openStudio(
  browser: Browser,
  server: TestServer,
  { theme = "light" }: { readonly theme?: "light" | "dark" } = {},
): Promise<StudioPage> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    colorScheme: theme,
    acceptDownloads: true,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()} ${message.location().url}`));
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("request", (request) => {
    const address = new URL(request.url());
    if (address.protocol.startsWith("http") && address.origin !== new URL(server.url).origin)
      complaints.push(`request to ${address.origin}`);
  });
  const { stdout } = await server.sagebrush("studio");
  await page.goto(stdout.trim());
  await page.getByRole("button", { name: "Continue to Studio" }).click();
  await page.waitForURL(`${server.url}/_studio/`);
  return {
    page,
    complaints,
    async open(path) {
      await page.goto(`${server.url}/_studio${path}`);
      await page.waitForLoadState("networkidle");
    },
    forgive(pattern) {
      const kept = complaints.filter((words) => !pattern.test(words));
      expect(kept.length, `${pattern} is none of ${complaints.join("\n")}`).toBeLessThan(complaints.length);
      complaints.splice(0, complaints.length, ...kept);
    },
    async check(widths = [1280, 390]) {
      for (const width of widths) {
        await page.setViewportSize({ width, height: 900 });
        // A page is laid out anew after a moment.
        const excess = () => page.evaluate("document.scrollingElement.scrollWidth - innerWidth");
        await expect.poll(excess, { message: `sideways at ${width}` }).toBe(0);
        expect(await accessibilityFindings(page), `at ${width}`).toEqual([]);
      }
      await page.setViewportSize({ width: 1280, height: 900 });
      expect(complaints).toEqual([]);
    },
  };
}

async function accessibilityFindings(page: Page): Promise<string[]> {
  // By the debugging protocol, which the page's policy does not bind.
  await page.evaluate(await readFile(axeSource, "utf8"));
  const run = `axe.run(document, ${JSON.stringify(axeOptions)})`;
  const { violations } = (await page.evaluate(run)) as AxeResults;
  return violations.flatMap(({ id, nodes }) =>
    nodes
      .filter(({ html }) => !foundInCloudscape.some(([rule, element]) => rule === id && element.test(html)))
      .map(({ html, failureSummary }) => `${id}: ${html.slice(0, 300)} ${failureSummary}`),
  );
}
