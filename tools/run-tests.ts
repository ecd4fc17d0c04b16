import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { binaries, firstLines, type Outcome, root, runNode, type Step } from "./steps.ts";

/** When more files than this fail, it is no accident of a busy machine, and to run them one by one would take long. */
const filesRunAgain = 8;

/** Which tests, and how many files of them at a time, by default two. */
interface Selection {
  readonly project?: string;
  readonly paths?: readonly string[];
  readonly atOnce?: number;
}

/**
 * A step that runs tests, its output shown as it comes. Files with failed tests run once more, one at a time: on a
 * machine that is fully used one test of ten thousand may be broken off by what ran beside it. What passes only then
 * counts as passed and is named at the end of all steps, since it wants to be mended all the same.
 */
export function tests(title: string, selection: Selection): Step {
  return {
    title,
    async run() {
      const first = await runVitest(selection);
      const failed = [...(first.files ?? [])].flatMap(([path, { failures }]) => (failures.length > 0 ? [path] : []));
      if (failed.length === 0 || failed.length > filesRunAgain) return outcomeOf(first);
      console.log(`Run once more, one at a time: ${failed.join(", ")}`);
      return outcomeOfTwo(first, await runVitest({ ...selection, paths: failed, atOnce: 1 }));
    },
  };
}

/** One run of Vitest, its files named from the root of the project. Without files its report could not be read. */
export interface TestRun {
  readonly code: number;
  readonly files?: ReadonlyMap<string, FileOutcome>;
}

/** How the tests of one file ended. A file that could not be loaded has one failure. */
export interface FileOutcome {
  readonly passed: number;
  readonly skipped: number;
  readonly failures: readonly { readonly test: string; readonly text: string }[];
}

/** The outcome of one run. */
export function outcomeOf({ code, files }: TestRun): Outcome {
  if (files === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const all = [...files.values()];
  const failures = all.flatMap((file) => file.failures);
  return {
    passed: all.reduce((total, { passed }) => total + passed, 0),
    // An error outside of all tests fails the run without a failed test.
    failed: failures.length === 0 && code !== 0 ? 1 : failures.length,
    skipped: all.reduce((total, { skipped }) => total + skipped, 0),
    failures: failures.map(({ test, text }) => `${test}\n${text}`),
  };
}

/** The outcome of a run of whose files some ran again: they ended as they did then. */
export function outcomeOfTwo(first: TestRun, second: TestRun): Outcome {
  if (first.files === undefined || second.files === undefined) return outcomeOf(first);
  const unsteady = [...first.files].flatMap(([path, { failures }]) => {
    const again = second.files?.get(path)?.failures ?? failures;
    return failures.filter(({ test }) => !again.some((failure) => failure.test === test));
  });
  const both = { code: second.code, files: new Map([...first.files, ...second.files]) };
  return { ...outcomeOf(both), unsteady: unsteady.map(({ test, text }) => `${test}\n${text}`) };
}

async function runVitest({ project, paths = [], atOnce }: Selection): Promise<TestRun> {
  const words = [
    ...paths,
    ...(project ? ["--project", project] : []),
    ...(atOnce ? ["--maxWorkers", `${atOnce}`] : []),
  ];
  const report = join(root, ".cache", `vitest-${process.pid}.json`);
  mkdirSync(join(root, ".cache"), { recursive: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const { code } = await runNode([join(binaries, "vitest"), "run", ...words, ...reporters], "shown");
  try {
    const { testResults } = JSON.parse(readFileSync(report, "utf8")) as { testResults: readonly FileReport[] };
    return { code, files: new Map(testResults.map((file) => [relative(root, file.name), readFileReport(file)])) };
  } catch {
    return { code };
  } finally {
    rmSync(report, { force: true });
  }
}

/** A file of tests as Vitest's JSON report has it. Its own message says why it could not be loaded. */
interface FileReport {
  readonly name: string;
  readonly message: string;
  readonly status: string;
  readonly assertionResults: readonly { status: string; fullName: string; failureMessages: readonly string[] }[];
}

function readFileReport({ name, message, status, assertionResults }: FileReport): FileOutcome {
  const path = relative(root, name);
  const failed = assertionResults.filter((test) => test.status === "failed");
  const passed = assertionResults.filter((test) => test.status === "passed").length;
  const failures = failed.map(({ fullName, failureMessages }) => ({
    test: `${path} > ${fullName}`,
    text: firstLines(failureMessages.join("\n")),
  }));
  if (failures.length === 0 && (message || status === "failed"))
    failures.push({ test: path, text: firstLines(message) });
  return { passed, skipped: assertionResults.length - passed - failed.length, failures };
}
