import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { collect, isLine, runSpecToEnd, scriptSpec } from "../script-run.fixture.ts";
import { clear, createHome, sandboxes } from "./process-executor.fixture.ts";
import { childrenOf, identify, isAlive, residentBytesOfTree } from "./processes.ts";

const forever = scriptSpec(`console.log("up " + process.pid); setInterval(() => {}, 1000)`);

it("a run ends when no server has renewed the lease", async () => {
  const made = createHome({ sandbox: "plain", leaseSeconds: 2 });
  await made.executor.start("abandoned", forever);
  const events = await collect(made.executor.events("abandoned"));
  expect(events.at(-1)).toMatchObject({ exit: { code: 137, reason: "lost" } });
  await clear(made);
});

it("a run goes on while the lease is renewed", async () => {
  const made = createHome({ sandbox: "plain", leaseSeconds: 2 });
  await made.executor.start("held", scriptSpec(`setTimeout(() => console.log("done"), 4000)`));
  const renewing = setInterval(() => utimesSync(made.options.lease, new Date(), new Date()), 500);
  const events = await collect(made.executor.events("held"));
  clearInterval(renewing);
  expect(events.some(isLine("done"))).toBe(true);
  await clear(made);
});

it.each(sandboxes.filter(({ probe }) => probe.works))(
  "a run in a sandbox by $title sees its own /opt/ml and host name, and neither the home nor the host's files",
  async ({ title, path }) => {
    const made = createHome({ path });
    writeFileSync(join(made.home, "keys"), "secret");
    const outside = mkdtempSync(join(tmpdir(), "of-the-host-"));
    await made.executor.start(
      "kept",
      scriptSpec(`
      const there = (path) => fs.existsSync(path);
      console.log(JSON.stringify([ml, require("os").hostname(), there(${JSON.stringify(join(made.home, "keys"))}),
        there(${JSON.stringify(outside)}), there("/etc/shadow"), there("/root"), fs.readFileSync("/etc/hosts", "utf8").includes("algo-1")]));
      try { fs.writeFileSync("/usr/written", ""); } catch (error) { console.log(error.code); }`),
    );
    const events = await collect(made.executor.events("kept"));
    expect(events[0]).toMatchObject({ state: "started", detail: { sandbox: title, ml: "/opt/ml" } });
    expect(events.flatMap((event) => (event.type === "log" ? [event.line] : []))).toEqual([
      '["/opt/ml","algo-1",false,false,false,false,true]',
      "EROFS",
    ]);
    rmSync(outside, { recursive: true });
    await clear(made);
  },
);

it("counts the memory of a process and of all below it", async () => {
  const source = `const kept = Buffer.alloc(100e6, 1); console.log("up"); setInterval(() => kept.length, 1000)`;
  const shell = spawn("/bin/sh", ["-c", `"$0" -e '${source}'; true`, process.execPath], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  await once(shell.stdout!, "data");
  const [child] = childrenOf(shell.pid!);
  expect(residentBytesOfTree(shell.pid!)).toBeGreaterThan(100e6);
  expect(childrenOf(process.pid)).toContain(shell.pid);
  process.kill(child!, "SIGKILL");
  await once(shell, "exit");
  expect(residentBytesOfTree(shell.pid!)).toBe(0);
});

it("tells two processes with the same id apart", () => {
  const self = identify(process.pid)!;
  expect(isAlive(self)).toBe(true);
  expect(isAlive({ ...self, startTime: "1" })).toBe(false);
  expect(identify(2 ** 22 + 1)).toBeUndefined();
});

it("bounds the log of a run that prints without end, keeps its states, and shows how it ended", async () => {
  const made = createHome({ log: { bytesPerSecond: 64 * 1024, bytes: 0 } });
  const { lines, states, exit } = await runSpecToEnd(
    made.executor,
    scriptSpec(`const line = "x".repeat(1000) + "\\n";
      for (let part = 0; part < 20; part++) fs.writeSync(1, line.repeat(1000));
      fs.writeSync(3, JSON.stringify({ state: "Told" }) + "\\n");
      console.log("the last words");`),
  );
  expect(exit).toMatchObject({ code: 0 });
  expect(states.map(({ state }) => state)).toEqual(["started", "Told"]);
  expect(lines.at(-1)).toBe("the last words");
  // Twenty thousand lines were printed; those of four seconds, and for each further second one second's, are kept.
  expect(lines.length).toBeLessThan(5000);
  const counted = lines.flatMap(
    (line) => /^\((\d+) lines are left out here: .* SAGEBRUSH_LOG_RATE\)$/.exec(line)?.[1] ?? [],
  );
  const own = lines.filter((line) => line.startsWith("xxx"));
  expect(counted.reduce((sum, count) => sum + Number(count), own.length)).toBe(20_000);
  await clear(made);
});
