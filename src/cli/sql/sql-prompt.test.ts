import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, expect, test } from "vitest";
import { runPrompt } from "./sql-prompt.ts";
import { historyFile, openHistory } from "./statement-history.ts";

const folder = mkdtempSync(join(tmpdir(), "sagebrush-prompt-"));
const file = historyFile({ XDG_STATE_HOME: join(folder, "state") });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Types keys into a prompt, and returns what it ran and showed. */
async function typed(keys: string, run?: (statement: string, signal: AbortSignal) => Promise<void>) {
  const ran: string[] = [];
  const [input, output] = [new PassThrough(), new PassThrough()];
  const done = runPrompt({
    ...{ input, output, history: openHistory(file) },
    async run(statement, signal) {
      ran.push(statement);
      await run?.(statement, signal);
    },
    use: (name) => void ran.push(`using ${name}`),
  });
  input.end(keys);
  await done;
  return { ran, shown: String(output.read()) };
}

test("statements end with semicolons and are remembered, whole and for the owner alone", async () => {
  const { ran, shown } = await typed("help\rSELECT\r  1;\rselect 2; use shop;\rUSE other\rexit\rSELECT 3;\r");
  expect(ran).toEqual(["SELECT\n  1", "select 2", "using shop", "using other"]);
  expect(shown).toContain("Ctrl-C stops the query");
  expect(shown).toContain("  -> ");
  const statements = readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(statements).toEqual(["help", "SELECT   1;", "select 2; use shop;", "USE other", "exit", "SELECT 3;"]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const again = await typed(`${"\u001b[A".repeat(5)}\rexit\r`);
  expect(again.ran).toEqual(["SELECT   1"]);
});

test("Ctrl-C forgets what was typed, and stops the query that runs; a refusal is shown", async () => {
  const forgotten = await typed("SELECT 'a\r\u0003SELECT 2;\rexit\r", async () => {
    throw new Error("no such thing");
  });
  expect(forgotten.ran).toEqual(["SELECT 2"]);
  expect(forgotten.shown).toContain("no such thing");
  const input = new PassThrough();
  const stopped: string[] = [];
  const done = runPrompt({
    ...{ input, output: new PassThrough(), history: openHistory(file) },
    run: (statement, signal) =>
      new Promise((resolve) => {
        signal.addEventListener("abort", () => resolve(void stopped.push(statement)));
        input.write("\u0003");
      }),
    use: () => {},
  });
  input.write("SELECT 1;\r");
  await expect.poll(() => stopped).toEqual(["SELECT 1"]);
  input.end("exit\r");
  await done;
});
