import { readdir, readFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { boto3Steps, commandLineSteps } from "../examples/breast-cancer/same-steps.ts";
import { runClient, runPython, runShell } from "./python-clients.ts";
import { region, root, useServer } from "./server.ts";

/** From the line that every form of the example prints: real XGBoost reaches 0.96 on these rows with these settings. */
function accuracyIn(output: string): number {
  const found = /accuracy (\d\.\d+)/.exec(output);
  if (!found) throw new Error(`No accuracy in:\n${output}`);
  return Number(found[1]);
}

describe.concurrent("a CSV becomes predictions, whichever client makes the calls:", () => {
  const server = useServer();

  /**
   * What the waiters of a client asked, in order, by the mark "B" of their User-Agent. They sleep 120 s and 30 s between
   * calls, so each must have been held until its one call could be answered with the final status.
   */
  async function waiterCalls(client: string): Promise<string[]> {
    const lines = (await readFile(join(server.home, "access.log"), "utf8")).trim().split("\n");
    const calls = lines.map((line): { operation: string; userAgent?: string } => JSON.parse(line));
    const isWaiter = (agent = "") => agent.startsWith(client) && / m\/(?:[^ ,]+,)*B(?:[, ]|$)/.test(agent);
    return calls.filter(({ userAgent }) => isWaiter(userAgent)).map(({ operation }) => operation);
  }

  /** The files of the home in which a text stands; those that go while they are looked for are passed over. */
  async function filesHolding(text: string): Promise<string[]> {
    const found: string[] = [];
    for (const name of await readdir(server.home, { recursive: true })) {
      const content = await readFile(join(server.home, name)).catch(() => undefined);
      if (content?.includes(text)) found.push(name);
    }
    return found;
  }

  test("the SDK for JavaScript", async () => {
    const { code, stdout, stderr } = await server.sagebrush(
      "exec",
      "--",
      process.execPath,
      join(root, "examples", "breast-cancer.ts"),
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(accuracyIn(stdout)).toBeGreaterThan(0.93);
    expect(stdout).toMatch(/AUC (1\.000|0\.9[89]\d)\n +latency p50 \d+\.\d ms, p99 \d+\.\d ms\n/);
    // The next two tests run what it prints for other clients.
    expect(stdout).toContain(boto3Steps(region));
    expect(stdout).toContain(commandLineSteps(region));
    // No log, document, object or run's folder has the secrets that open everything.
    const runSecret = (await readFile(join(server.home, "run-secret"), "utf8")).trim();
    expect(await filesHolding(server.clientOptions.credentials.secretAccessKey)).toEqual(["keys"]);
    expect(await filesHolding(runSecret)).toEqual(["run-secret"]);
  });

  test("boto3, with waiters that return when the work is done", async (context) => {
    expect(accuracyIn(await runPython(context, server, "v2", boto3Steps(region)))).toBeGreaterThan(0.93);
    expect(await waiterCalls("Boto3/")).toEqual(["DescribeTrainingJob", "DescribeEndpoint"]);
  });

  test("the AWS CLI", async (context) => {
    expect(accuracyIn(await runShell(context, server, "v2", commandLineSteps(region)))).toBeGreaterThan(0.93);
    expect(await waiterCalls("aws-cli/")).toEqual(["DescribeTrainingJob", "DescribeEndpoint"]);
  });

  test.for(["v2", "v3"] as const)("the SageMaker Python SDK %s, with the job's log", async (version, context) => {
    const watched = join(server.home, "..", `${basename(server.home)}-${version}-sockets`);
    const program = ["python", "conformance/python/watch_sockets.py", watched, "examples/xgboost_sdk.py"];
    const { code, stdout, stderr } = await runClient(context, server, version, program);
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    expect(accuracyIn(stdout)).toBeGreaterThan(0.93);
    expect(stdout + stderr).toMatch(/\[99\]#011train-/);
    // No telemetry, and nothing else that leaves the machine.
    const [hostname, port] = new URL(server.url).host.split(":");
    const addresses = [...new Set((await readFile(watched, "utf8")).trim().split("\n"))];
    await rm(watched);
    expect(addresses).toEqual([`('${hostname}', ${port})`]);
    expect(stdout + stderr).not.toContain("Found endpoint for");
  });
});
