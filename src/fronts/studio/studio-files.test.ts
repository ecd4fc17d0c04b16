import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Caller } from "../../aws/caller.ts";
import type { Session } from "../front.ts";
import { bodyOf, unused } from "../front-request.fixture.ts";
import { readStudioFiles } from "./read-studio-files.ts";
import { createStudioFiles } from "./studio-files.ts";

const script = "console.log(1);";
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sagebrush-studio-"));
  mkdirSync(join(folder, "assets"));
  writeFileSync(join(folder, "assets", "main-abc.js"), script);
  writeFileSync(join(folder, "assets", "main-abc.js.br"), brotliCompressSync(script));
  writeFileSync(join(folder, "assets", "main-abc.js.gz"), gzipSync(script));
});
afterEach(() => rmSync(folder, { recursive: true }));

const begin = (isSignedIn = true) => {
  const front = createStudioFiles(() => readStudioFiles(folder));
  return (path: string, headers: Readonly<Record<string, string>> = {}, method = "GET") =>
    front.handle(
      { head: { method, path, query: "", headers }, local: true, secure: false, body: bodyOf("") },
      { ...unused, caller: {} as Caller, server: {}, session: isSignedIn ? ({} as Session) : undefined },
    );
};

it("says what to run as long as Studio is not built, and needs no new start then", async () => {
  const get = begin();
  expect(await get("/_studio/")).toMatchObject({ status: 503, body: expect.stringContaining("npm run quickstart") });
  writeFileSync(join(folder, "index.html"), "<!doctype html>");
  expect(await get("/_studio/")).toMatchObject({ status: 200, body: Buffer.from("<!doctype html>") });
});

it("answers every page of the app with its one page, which no other site may frame", async () => {
  writeFileSync(join(folder, "index.html"), "<!doctype html>");
  const get = begin();
  for (const path of ["/_studio/", "/_studio/training-jobs", "/_studio/training-jobs/my-job/log"]) {
    const { status, headers, body } = await get(path);
    expect({ status, body: String(body) }).toEqual({ status: 200, body: "<!doctype html>" });
    expect(headers).toMatchObject({
      "Content-Type": "text/html; charset=utf-8",
      "Cache-Control": "no-cache",
      "X-Frame-Options": "DENY",
      "X-Content-Type-Options": "nosniff",
      "Referrer-Policy": "no-referrer",
    });
    expect(headers["Content-Security-Policy"]).toContain("frame-ancestors 'none'");
    expect(headers["Content-Security-Policy"]).not.toContain("unsafe-");
  }
  expect(await get("/_studio")).toMatchObject({ status: 308, headers: { Location: "/_studio/" } });
});

it("leads who is not signed in to the sign-in page, and gives the files to anyone", async () => {
  writeFileSync(join(folder, "index.html"), "<!doctype html>");
  const get = begin(false);
  expect(await get("/_studio/training-jobs/a%20b")).toMatchObject({
    status: 302,
    headers: { Location: "/_studio/sign-in?to=%2F_studio%2Ftraining-jobs%2Fa%2520b", "Cache-Control": "no-store" },
  });
  for (const path of ["/_studio/sign-in", "/_studio/sign-in/script.js", "/_studio/assets/main-abc.js"])
    expect(await get(path)).toMatchObject({ status: 200 });
});

it("gives an asset for a year, in the smallest form that the client reads, and not again when it has it", async () => {
  const get = begin();
  const path = "/_studio/assets/main-abc.js";
  for (const [accepted, encoding, bytes] of [
    ["gzip, deflate, br, zstd", "br", brotliCompressSync(script)],
    ["br;q=0, gzip", "gzip", gzipSync(script)],
    ["identity", undefined, Buffer.from(script)],
  ] as const) {
    const { headers, body } = await get(path, { "accept-encoding": accepted });
    expect(body).toEqual(bytes);
    expect(headers["Content-Encoding"]).toBe(encoding);
    expect(headers).toMatchObject({
      "Content-Type": "text/javascript; charset=utf-8",
      "Cache-Control": "public, max-age=31536000, immutable",
      Vary: "Accept-Encoding",
    });
    const again = await get(path, { "accept-encoding": accepted, "if-none-match": headers.ETag! });
    expect(again).toMatchObject({ status: 304 });
    expect(again).not.toHaveProperty("body");
  }
  const head = await get(path, {}, "HEAD");
  expect(head).toMatchObject({ status: 200, headers: { "Content-Length": String(script.length) } });
  expect(head).not.toHaveProperty("body");
});

it.each(["/_studio/s3/my.data", "/_studio/role/x.y", "/_studio/assets.of/a.js"])("%s is a page", async (path) => {
  writeFileSync(join(folder, "index.html"), "<!doctype html>");
  expect(await begin()(path)).toMatchObject({ status: 200, body: Buffer.from("<!doctype html>") });
});

it.each(["/_studio/assets/old-def.js", "/_studio/../package.json", "/_studio/assets/../../package.json"])(
  "%s is not there",
  async (path) => {
    writeFileSync(join(folder, "index.html"), "<!doctype html>");
    expect(await begin()(path)).toMatchObject({ status: 404 });
  },
);

describe("when Studio is built anew under a running server", () => {
  const bodyAt = async (get: ReturnType<typeof begin>, path: string) => {
    const { status, body } = await get(path);
    return [status, status === 200 ? String(body) : undefined];
  };

  it("what was read goes on while the build runs, and what is gone is not there", async () => {
    writeFileSync(join(folder, "index.html"), "first");
    writeFileSync(join(folder, "assets", "never-read.js"), script);
    const get = begin();
    await get("/_studio/");
    await get("/_studio/assets/main-abc.js");
    for (const name of ["index.html", "assets"]) rmSync(join(folder, name), { recursive: true });
    expect(await bodyAt(get, "/_studio/training-jobs")).toEqual([200, "first"]);
    expect(await bodyAt(get, "/_studio/assets/main-abc.js")).toEqual([200, script]);
    expect(await bodyAt(get, "/_studio/assets/never-read.js")).toEqual([404, undefined]);
  });

  it("its page and files are the new ones when they are there, and the old ones are gone", async () => {
    writeFileSync(join(folder, "index.html"), "first");
    const get = begin();
    expect(await bodyAt(get, "/_studio/")).toEqual([200, "first"]);
    rmSync(join(folder, "assets"), { recursive: true });
    mkdirSync(join(folder, "assets"));
    writeFileSync(join(folder, "index.html"), "second");
    utimesSync(join(folder, "index.html"), 1, 1);
    // The page may be written before the other files.
    expect(await bodyAt(get, "/_studio/")).toEqual([200, "second"]);
    writeFileSync(join(folder, "assets", "main-def.js"), "new");
    writeFileSync(join(folder, ".built"), "");
    expect(await bodyAt(get, "/_studio/assets/main-def.js")).toEqual([200, "new"]);
    expect(await bodyAt(get, "/_studio/assets/main-abc.js")).toEqual([404, undefined]);
  });

  it("a page whose files are gone before one was read is built, and no fault", async () => {
    writeFileSync(join(folder, "index.html"), "first");
    const get = begin();
    expect(await bodyAt(get, "/_studio/assets/main-abc.js")).toEqual([200, script]);
    rmSync(join(folder, "index.html"));
    expect(await bodyAt(get, "/_studio/")).toEqual([503, undefined]);
  });
});

it("takes nothing but GET and HEAD", async () => {
  expect(await begin()("/_studio/", {}, "POST")).toMatchObject({ status: 405, headers: { Allow: "GET, HEAD" } });
});
