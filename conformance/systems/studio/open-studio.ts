import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { root, type TestServer } from "../../server.ts";

/** A browser that is signed in to Studio, and what its pages complained of. */
export interface StudioBrowser {
  /** The server's address. */
  readonly url: string;
  readonly context: BrowserContext;
  readonly page: Page;
  /** What consoles said and errors that nothing caught. */
  readonly complaints: string[];
  /** Requests to other hosts than the server. */
  readonly foreign: string[];
  /** Opens an address below /_studio/ and waits for its heading. */
  open(path: string): Promise<void>;
  close(): Promise<void>;
}

/** Builds the web app where it is not what the sources make, as setup does. */
export function buildStudio(): void {
  execFileSync(process.execPath, [join(root, "tools", "studio.ts")], { stdio: "pipe" });
}

export async function openStudio(
  server: Pick<TestServer, "url" | "sagebrush">,
  options: BrowserContextOptions = {},
): Promise<StudioBrowser> {
  const program = execFileSync("which", ["chromium"], { encoding: "utf8" }).trim();
  // Chromium refuses its sandbox to root.
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const browser: Browser = await chromium.launch({ executablePath: program, args });
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const complaints: string[] = [];
  const foreign: string[] = [];
  context.on("console", (message) => {
    // The browser does not say which call was refused; the response below does.
    if (!message.text().startsWith("Failed to load resource")) complaints.push(`${message.type()}: ${message.text()}`);
  });
  context.on("response", (response) => {
    const target = response.request().headers()["x-amz-target"] ?? "";
    if (response.status() >= 400) complaints.push(`status ${response.status()}: ${response.url()} ${target}`);
  });
  context.on("weberror", (error) => complaints.push(`error: ${error.error().message}`));
  context.on("request", (request) => {
    const { host, protocol } = new URL(request.url());
    if (/^(http|ws)/.test(protocol) && host !== new URL(server.url).host) foreign.push(request.url());
  });
  const page = await context.newPage();
  await page.goto(await signInLink(server));
  await page.getByRole("button").first().click();
  await page.locator("#top-bar").waitFor();
  return {
    url: server.url,
    context,
    page,
    complaints,
    foreign,
    async open(path) {
      await page.goto(`${server.url}/_studio/${path}`);
      await page.getByRole("heading", { level: 1 }).first().waitFor();
    },
    close: () => browser.close(),
  };
}

/** A link that is good once, as `sagebrush studio` prints it. */
export async function signInLink(server: Pick<TestServer, "sagebrush">): Promise<string> {
  const { stdout } = await server.sagebrush("studio");
  const link = /http\S+/.exec(stdout)?.[0];
  if (!link) throw new Error(`sagebrush studio printed no link:\n${stdout}`);
  return link;
}
