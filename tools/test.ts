import { join } from "node:path";
import { checks } from "./checks.ts";
import { createPythonEnvironment, pythonEnvironments } from "./python-environments.ts";
import { command, root, runSteps, type Step, tests, tool } from "./steps.ts";

/** `npm test` runs everything, `npm test -- PATH...` the tests of those files or folders. */
const paths = process.argv.slice(2);

const environments: Step[] = pythonEnvironments.map((name) => ({
  title: `Python clients (conformance/python/${name}.txt)`,
  async run() {
    const missing = await createPythonEnvironment(name);
    if (missing === undefined) return { passed: 1, failed: 0, skipped: 0 };
    console.log(missing);
    return process.env.CI ? { passed: 0, failed: 1, skipped: 0 } : { passed: 0, failed: 0, skipped: 1 };
  },
}));

const everything: Step[] = [
  ...checks,
  command("generated files are up to date", join(root, "tools", "gen.ts"), "--check"),
  tool("no dead files or dependencies", "knip"),
  ...environments,
  tests("conformance", "--project", "conformance"),
];

const needsClients = paths.some((path) => path.includes("conformance"));
const some: Step[] = [...(needsClients ? environments : []), tests(paths.join(" "), ...paths)];

process.exitCode = await runSteps(paths.length === 0 ? everything : some);
