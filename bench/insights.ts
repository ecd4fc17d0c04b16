import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { InsightsReport } from "../src/prep/insights/insights-report.ts";
import { createPythonEnvironment } from "../tools/python-environments.ts";
import { runReport } from "./insights/report.ts";
import { insightsFile, target } from "./insights/rows.ts";
import { type ProcessFigures, runProcess } from "./recipe/run-process.ts";
import { machine } from "./servers.ts";

const root = join(import.meta.dirname, "..");
const besideRows = 100_000;
/** What is asked of reports of so many rows of fifty columns. */
const asked: Readonly<Record<number, string>> = { 1000000: "under 60 s", 10000000: "under 4096 MiB" };

/** Statistics alone: no target, and nothing to learn from. */
const statistics = { model_rows: 10 };
const whole = { insights_report_parameters: { target_column: target } };

/**
 * The Data Quality and Insights Report of so many rows of fifty columns, a million if none is given; and of 100,000 rows beside
 * ydata-profiling, our statistics beside its minimal mode and our whole report beside its full one. Each is a process of its own, start
 * included. What both say of the columns is compared.
 */
export async function run(given = "1000000"): Promise<void> {
  const rows = Number(given);
  const problem = await createPythonEnvironment("insights");
  if (problem !== undefined) throw new Error(problem);
  console.log(machine());
  const folder = mkdtempSync(join(root, ".cache", "insights-"));
  try {
    const file = await insightsFile(besideRows);
    const place = (name: string) => mkdtempSync(join(folder, `${name}-`));
    const turns = async (work: () => Promise<Ran>) => best([await work(), await work(), await work()]);
    console.log(`${besideRows} rows, the best of 3 turns (1 of the full mode)`);
    const own = await turns(() => runReport(file, statistics, place("own")));
    const minimal = await turns(() => profile("minimal", file, place("minimal")));
    const report = await turns(() => runReport(file, whole, place("own")));
    const full = await profile("full", file, place("full"));
    say("statistics", own);
    say("ydata, minimal", minimal, beside(minimal, own, "4x as fast in half the memory"));
    say("whole report", report);
    say("ydata, full", full, beside(full, report, "sooner"));
    const large = await runReport(await insightsFile(rows), whole, place("large"));
    say(`${rows} rows`, large, asked[rows] && `   asked: ${asked[rows]}`);
    console.log(`models: ${JSON.stringify(large.report.rows.models)}, ${large.report.model?.validation}`);
    for (const other of [minimal, full]) {
      const difference = differenceOf(own.report!, other.variables!);
      if (difference !== undefined) throw new Error(`The answers differ. ${difference}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Variables = Readonly<Record<string, Readonly<Record<string, number>>>>;
type Ran = ProcessFigures & { readonly report?: InsightsReport; readonly variables?: Variables };

async function profile(mode: "minimal" | "full", file: string, folder: string): Promise<Ran> {
  const program = join(import.meta.dirname, "insights", "with_ydata.py");
  const output = join(folder, "profile");
  const python = join(root, ".venv-insights", "bin", "python");
  const figures = await runProcess(python, [program, mode, file, output]);
  return { ...figures, variables: JSON.parse(readFileSync(`${output}.json`, "utf8")) as Variables };
}

const best = (turns: readonly Ran[]): Ran => turns.reduce((one, other) => (other.seconds < one.seconds ? other : one));

const beside = (peer: ProcessFigures, own: ProcessFigures, wanted: string) =>
  `   ${(peer.seconds / own.seconds).toFixed(2)}x, ${(own.peakMebibytes / peer.peakMebibytes).toFixed(2)} of the memory; asked: ${wanted}`;

function say(name: string, { cpuSeconds, peakMebibytes, seconds }: ProcessFigures, more = ""): void {
  console.log(
    `${name.padEnd(16)}${seconds.toFixed(2).padStart(8)} s${cpuSeconds.toFixed(1).padStart(8)} CPU s${peakMebibytes.toFixed(0).padStart(7)} MiB${more}`,
  );
}

/** Says in what a profile differs from our report; undefined when it does not. */
function differenceOf({ columns }: InsightsReport, variables: Variables): string | undefined {
  for (const { column, distinct, missing, numbers } of columns) {
    const own: Readonly<Record<string, unknown>> = { ...numbers, distinct, missing };
    for (const [name, value] of Object.entries(variables[column]!)) {
      if (own[name] === undefined) continue;
      const mine = Number(own[name]);
      if (!(Math.abs(mine - value) <= 1e-9 * Math.max(1, Math.abs(value))))
        return `The ${name} of ${column} is ${mine} here and ${value} there.`;
    }
  }
  return undefined;
}
