import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { clientsOf } from "./clients.ts";
import { killedTrainingJob, train } from "./killed-training-job.ts";
import { runProgram } from "./program.ts";
import { createTestServer, root } from "./server.ts";

const patience = { timeout: 60_000, interval: 50 };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sagebrush-folder-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const sagebrush = (...words: string[]) =>
  runProgram(process.execPath, [join(root, "bin", "sagebrush"), ...words], { cwd: root, env: process.env });
const modeOf = (path: string) => statSync(path).mode & 0o777;

test.each(["start", "start --detach"])(
  "%s refuses a folder of other things and leaves nothing there",
  async (words) => {
    chmodSync(folder, 0o755);
    writeFileSync(join(folder, "photo.jpg"), "");
    const { code, stderr } = await sagebrush(...words.split(" "), "--home", folder, "--port", "0");
    expect(code).toBe(1);
    expect(stderr).toContain("is not empty and not a home of Sagebrush");
    expect([readdirSync(folder), modeOf(folder)]).toEqual([["photo.jpg"], 0o755]);
  },
);

test("a home is its owner's alone: made so, or refused when others may have written to it", async () => {
  chmodSync(folder, 0o777);
  const server = await createTestServer({ home: folder });
  await server.start();
  try {
    expect(modeOf(folder)).toBe(0o700);
    for (const name of readdirSync(folder)) expect(modeOf(join(folder, name)) & 0o077, name).toBe(0);
    await server.sagebrush("stop");
    await server.ended();
    chmodSync(folder, 0o755);
    expect((await server.sagebrush("doctor")).stdout).toMatch(/^note +Home +Other users may look into .*mode is 755/m);
    await server.start();
    expect(modeOf(folder)).toBe(0o700);
    await server.sagebrush("stop");
    await server.ended();
    chmodSync(folder, 0o770);
    expect((await server.sagebrush("doctor")).stdout).toMatch(/^wrong +Home +Other users may write to .*mode is 770/m);
    const refused = await server.sagebrush("start", "--port", "0");
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/may write to .* run: chmod 700 /) });
  } finally {
    chmodSync(folder, 0o700);
    await server.close();
  }
});

test("a server whose home is removed ends its runs and itself, and says so", async () => {
  const home = join(folder, "home");
  mkdirSync(home, { mode: 0o700 });
  const server = await createTestServer({ home });
  await server.start();
  await killedTrainingJob.prepare(server);
  await train(server, "endless", 1_000_000);
  const { sagemaker } = clientsOf(server);
  const status = async () => (await sagemaker.describeTrainingJob({ TrainingJobName: "endless" })).SecondaryStatus;
  await expect.poll(status, patience).toBe("Training");
  expect(processesOf(home)).not.toEqual([]);
  rmSync(home, { recursive: true, maxRetries: 10 });
  await server.ended();
  expect(server.output()).toMatch(/home was removed or replaced while this server ran: .*its runs end with it/);
  await expect.poll(() => processesOf(home), patience).toEqual([]);
  // Nothing of it came back, and a new home may be made in its place.
  expect(existsSync(home)).toBe(false);
  await server.start();
  expect((await clientsOf(server).sagemaker.listTrainingJobs({})).TrainingJobSummaries).toEqual([]);
  await server.close();
});

test("a start on a taken port says whose server has it", async () => {
  const server = await createTestServer();
  await server.start();
  try {
    const port = server.url.split(":").at(-1)!;
    const words = ["--home", join(folder, "other"), "--port", port];
    const whose = `Port ${port} on 127.0.0.1 is in use by the Sagebrush server of ${server.home} (process ${server.pid}, `;
    const refused = await sagebrush("start", ...words);
    expect(refused.code).toBe(4);
    expect(refused.stderr).toContain(whose);
    expect(refused.stderr).toContain(`bin/sagebrush stop --home ${server.home}`);
  } finally {
    await server.close();
  }
});

/** The command lines that name the folder. */
const processesOf = (path: string): string[] =>
  execFileSync("ps", ["-axo", "args="], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes(path) && !line.startsWith("ps "));
