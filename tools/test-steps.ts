import { rm } from "node:fs/promises";
import { join } from "node:path";
import { calledFolder } from "../conformance/proven.ts";
import { checks } from "./checks.ts";
import { createPythonEnvironment, prepareScriptEnvironments, pythonEnvironments } from "./python-environments.ts";
import { tests } from "./run-tests.ts";
import { type Counts, command, root, type Step, tool } from "./steps.ts";

const skipped: Counts = { passed: 0, failed: 0, skipped: 1 };
let clientsAreMissing = false;

/** A step that makes something for the conformance tests, or gives the reason why it cannot. */
const making = (title: string, make: () => Promise<string | undefined>): Step => ({
  title,
  async run() {
    const reason = await make();
    if (reason === undefined) return { passed: 1, failed: 0, skipped: 0 };
    console.log(reason);
    clientsAreMissing = true;
    return process.env.CI ? { passed: 0, failed: 1, skipped: 0 } : skipped;
  },
});

const environments: Step[] = [
  ...pythonEnvironments.map((name) =>
    making(`Python clients (conformance/python/${name}.txt)`, () => createPythonEnvironment(name)),
  ),
  making("Python environments of scripts (src/environments/locks)", prepareScriptEnvironments),
];

/** Downloads wait for the network and builds for the processor, so two at a time take less than one by one. */
const environmentPairs = environments.flatMap((_, index) =>
  index % 2 === 0 ? [environments.slice(index, index + 2)] : [],
);

const gathered = command("what is called proven was called", join(root, "tools", "gather-proven.ts"));

/** Everything but the systems, or the tests of files and folders. */
export async function testSteps(paths: readonly string[]): Promise<(Step | readonly Step[])[]> {
  await rm(calledFolder, { recursive: true, force: true });
  if (paths.length > 0) {
    const needsClients = paths.some((path) => path.includes("conformance"));
    return [...(needsClients ? environmentPairs : []), tests(paths.join(" "), { paths })];
  }
  return [
    ...checks,
    command("generated files are up to date", join(root, "tools", "gen.ts"), "--check"),
    tool("no dead files or dependencies", "knip"),
    ...environmentPairs,
    tests("tests that wait for processes", { project: "long", atOnce: 5 }),
    tests("conformance", { project: "conformance" }),
    { ...gathered, run: async () => (clientsAreMissing ? skipped : await gathered.run()) },
  ];
}
