import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const source = join(import.meta.dirname, "..");

/** Imports the server in a process of its own, and prints what that has loaded. */
const program = `
  import { registerHooks } from "node:module";
  const files = [];
  registerHooks({ load: (url, context, next) => (files.push(url), next(url, context)) });
  await import(process.argv[1]);
  console.log(JSON.stringify({ files, builtIn: process.moduleLoadList }));`;

it("leaves what an idle server does not need until it is needed", async () => {
  const words = ["--input-type=module", "-e", program, join(source, "server", "app.ts")];
  const { stdout } = await promisify(execFile)(process.execPath, words, { maxBuffer: 10_000_000 });
  const { files, builtIn } = JSON.parse(stdout) as { files: string[]; builtIn: string[] };
  const below = files.flatMap((url) => url.split(`${source}/`)[1] ?? []);
  expect(below).toContain("server/parts/part-list.ts");
  expect(builtIn).toContain("NativeModule http");
  const unneeded = [
    /^server\/(home|http)\/check-/,
    /^server\/checkup\/check/,
    /upgrade-(home|\d)/,
    /^(ml|prep|runtimes)\//,
  ];
  const isUnit = (file: string) => file.startsWith("services/") && !/\.(gen|setting)\.ts$/.test(file);
  expect(below.filter((file) => isUnit(file) || unneeded.some((row) => row.test(file)))).toEqual([]);
  // See wire/node-http.ts.
  expect(builtIn.filter((name) => name.includes("undici"))).toEqual([]);
});
