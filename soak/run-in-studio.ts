import { readFileSync } from "node:fs";
import type { S3 } from "@aws-sdk/client-s3";
import type { Page } from "playwright-core";
import { clientsOf } from "../conformance/clients.ts";
import { createTestServer, region, type TestServer } from "../conformance/server.ts";
import { installSystem, Unavailable } from "../conformance/systems/installation.ts";
import { buildStudio, openStudio } from "../conformance/systems/studio/open-studio.ts";
import { studio as system } from "../conformance/systems/studio/studio.ts";

/** A server, and a page of Studio on it in Chromium. */
export interface InStudio {
  readonly server: TestServer;
  readonly s3: S3;
  readonly page: Page;
  open(path: string): Promise<void>;
  /** The most memory that the server, and each process of the browser, has had so far. */
  peaks(): Promise<{ readonly server: number; readonly browser: number }>;
  /** What the page's own objects take once those that nobody needs are gone. */
  pageHeap(): Promise<number>;
}

/** Runs a proof in a browser. Where none is to be had it shows nothing and says so; in CI it fails. */
export async function runInStudio(proof: (studio: InStudio) => Promise<string>): Promise<string> {
  try {
    await installSystem(system);
  } catch (error) {
    if (process.env.CI || !(error instanceof Unavailable)) throw error;
    return `not shown: ${error.message}`;
  }
  buildStudio();
  const server = await createTestServer({ environment: { SAGEBRUSH_REGION: region } });
  try {
    await server.start();
    const { page, context, open, complaints, close } = await openStudio(server);
    try {
      const browser = await context.browser()!.newBrowserCDPSession();
      const ofPage = await context.newCDPSession(page);
      const figures = await proof({
        server,
        s3: clientsOf(server).s3,
        page,
        open,
        async peaks() {
          const { processInfo } = await browser.send("SystemInfo.getProcessInfo");
          const most = processInfo.map(({ id }) => peakMegabytes(id));
          return { server: peakMegabytes(server.pid), browser: Math.max(...most) };
        },
        async pageHeap() {
          await ofPage.send("HeapProfiler.collectGarbage");
          return (await ofPage.send("Runtime.getHeapUsage")).usedSize / 1e6;
        },
      });
      if (complaints.length > 0) throw new Error(`The page complained: ${complaints.join("\n")}`);
      return figures;
    } finally {
      await close();
    }
  } finally {
    await server.close();
  }
}

const peakMegabytes = (pid: number): number =>
  (Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) * 1024) / 1e6;
