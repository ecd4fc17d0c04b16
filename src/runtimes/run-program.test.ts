import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { createProcessExecutor } from "../executors/process/process.ts";
import { scriptSpec } from "../executors/script-run.fixture.ts";
import { commandOf, runProgram } from "./run-program.ts";

const home = mkdtempSync(join(tmpdir(), "program-"));
const addressFile = join(home, "address", "url");
mkdirSync(join(home, "address"));
writeFileSync(addressFile, "http://127.0.0.1:1");
writeFileSync(join(home, "lease"), "");
const executor = createProcessExecutor({
  folder: join(home, "runs"),
  home,
  lease: join(home, "lease"),
  addressFile,
  productRoot: resolve(import.meta.dirname, "../.."),
  node: process.execPath,
  sandbox: "plain",
});
afterAll(async () => {
  for (const runId of await executor.list()) await executor.remove(runId);
  rmSync(home, { recursive: true });
});

let runs = 0;
/** Starts a run with the given program, and asks it to end when the program prints "up". */
async function run(...words: string[]) {
  const runId = `run-${runs++}`;
  const spec = scriptSpec("", {
    program: { script: "src/runtimes/test-run-program.mjs", arguments: words },
    environment: { AWS_REGION: "of the run" },
    server: { address: true, sockets: [] },
  });
  await executor.start(runId, spec);
  const lines: string[] = [];
  let code: unknown;
  for await (const event of executor.events(runId)) {
    if (event.type === "state" && event.state === "Ended") code = event.detail.code;
    if (event.type !== "log") continue;
    lines.push(event.line);
    if (event.line === "up") await executor.stop(runId, 60);
  }
  return { lines, code };
}

it.each([
  ["its own", "process.exit(5)", 5],
  ["that of a signal", "process.kill(process.pid, 'SIGKILL')", 137],
])("gives the exit code of a program as a shell does: %s", async (_, source, code) => {
  expect(await run(source)).toMatchObject({ code });
});

it("says what cannot be started", async () => {
  const { code, lines } = await run("", "", "/no/such/program");
  expect(code).toBe(127);
  expect(lines.join()).toContain("/no/such/program cannot be started");
  const said = vi.spyOn(console, "error").mockImplementation(() => {});
  const { signal } = new AbortController();
  expect(await runProgram({ command: ["sh", "-c", "a\0"], environment: {}, stopping: signal })).toBe(127);
  expect(said).toHaveBeenCalledWith("sh cannot be started: an argument or a variable of it has a NUL character.");
  said.mockRestore();
});

it("passes SIGTERM on and lets the program end", async () => {
  const source = `process.on("SIGTERM", () => process.exit(9)); console.log("up"); setInterval(() => {}, 1000)`;
  expect(await run(source, "60")).toMatchObject({ code: 9 });
});

it("kills a program that does not end within its grace", async () => {
  const source = `process.on("SIGTERM", () => console.log("no")); console.log("up"); setInterval(() => {}, 1000)`;
  const { code, lines } = await run(source, "0.2");
  expect(code).toBe(137);
  expect(lines).toContain("no");
});

it("gives a program its own variables, then the run's identity and the contract's, and no way to tell states", async () => {
  const source = `const { OWN, AWS_REGION, CONTRACT, AWS_ENDPOINT_URL, SAGEBRUSH_EVENTS_FD } = process.env;
    console.log(JSON.stringify([OWN, AWS_REGION, CONTRACT, AWS_ENDPOINT_URL, SAGEBRUSH_EVENTS_FD ?? null]))`;
  const { lines } = await run(source);
  expect(JSON.parse(lines.at(-1)!)).toEqual(["own", "of the run", "yes", "http://127.0.0.1:1", null]);
});

it("finds a program of the product beside itself, and takes a command as it is", () => {
  const train = { script: "src/runtimes/algorithm/train.ts", arguments: ["xgboost"] };
  expect(commandOf({ program: train })).toEqual([
    process.execPath,
    join(import.meta.dirname, "algorithm/train.ts"),
    "xgboost",
  ]);
  expect(commandOf({ command: ["python3", "train.py"] })).toEqual(["python3", "train.py"]);
});
