import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { refusalOf } from "./choose-executor.ts";
import type { RunSpec } from "./port.ts";
import { collect, type ExecutorUnderTest, ids, runSpecToEnd, scriptSpec, startRun } from "./script-run.fixture.ts";

/** The tests of what an executor promises by its abilities; they skip the abilities that it lacks. */
export function promiseAbilities(
  promise: (title: string, check: () => Promise<void>) => void,
  tested: () => ExecutorUnderTest,
): void {
  promise("refuses what its abilities lack, and names them", async () => {
    const { abilities } = tested().executor;
    const demanding: Partial<RunSpec>[] = [
      { program: { image: "busybox" } },
      { limits: { gpus: 1 } },
      { group: { id: ids.ulid(), index: 0, size: 2 } },
      { network: "none" },
      { innerSandbox: true },
    ];
    for (const changes of demanding) {
      const spec = scriptSpec("", changes);
      const refusal = refusalOf(tested().executor, spec);
      if (refusal === undefined) continue;
      await expect(tested().executor.start(ids.ulid(), spec)).rejects.toThrow(refusal);
      expect(refusal).toContain(`containers: ${abilities.containers}`);
    }
  });

  promise("limit on cores", async () => {
    expect(tested().executor.abilities.cores).toBe("limited");
    const { lines } = await runSpecToEnd(
      tested().executor,
      scriptSpec(
        `const begun = performance.now(), before = process.cpuUsage();
         while (performance.now() - begun < 1000);
         const { user, system } = process.cpuUsage(before);
         console.log((user + system) / 1000 / (performance.now() - begun));`,
        { limits: { cores: 0.25 } },
      ),
    );
    expect(Number(lines.at(-1))).toBeLessThan(0.6);
  });

  promise("inner sandbox", async () => {
    const folder = mkdtempSync(join(tmpdir(), "inner-"));
    try {
      const { lines } = await runSpecToEnd(
        tested().executor,
        scriptSpec(
          `const inner = process.env.SAGEBRUSH_INNER_SANDBOX;
           const shell = "touch /opt/ml/made && echo own; touch ${folder}/x 2>&1; hostname; ls /proc | grep -c '^[0-9]'; tr '\\\\0' '\\\\n' < /proc/1/environ | grep -c SECRET";
           require("fs").writeFileSync("${folder}/outer", "");
           const { stdout } = require("child_process").spawnSync(inner, ["start", "--", "sh", "-c", shell], { env: { PATH: process.env.PATH }, encoding: "utf8" });
           console.log(stdout);
           try { console.log("host: " + require("fs").readdirSync("/run/shown/proc").length); } catch { console.log("host: hidden"); }`,
          {
            innerSandbox: true,
            environment: { SECRET: "of the run" },
            mounts: [{ source: folder, target: folder, writable: true }],
          },
        ),
      );
      expect(lines.slice(0, 3)).toEqual(["own", expect.stringContaining("Read-only file system"), "algo-1"]);
      // bubblewrap's first process, the shell, ls and grep.
      expect(Number(lines[3])).toBeLessThanOrEqual(4);
      expect(lines[4]).toBe("0");
      expect(lines.at(-1)).toBe("host: hidden");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  promise("inner sandbox, by its words", async () => {
    const host = createServer((socket) => socket.end("reached")).listen(0, "127.0.0.1");
    await new Promise((resolve) => host.once("listening", resolve));
    const { port } = host.address() as AddressInfo;
    try {
      const { lines } = await runSpecToEnd(
        tested().executor,
        scriptSpec(
          `const { spawn, spawnSync } = require("child_process");
           const { SAGEBRUSH_INNER_SANDBOX: inner, SAGEBRUSH_OWN_FOLDER: own, PATH } = process.env;
           const options = { env: { PATH }, encoding: "utf8" };
           const run = (words, ...command) => {
             const { stdout, stderr, status } = spawnSync(inner, ["start", ...words, "--", ...command], options);
             console.log([...(stdout + stderr).trim().split("\\n"), status].join(" | "));
           };
           for (const name of ["shown", "a b's"]) fs.mkdirSync(own + "/" + name);
           fs.writeFileSync(own + "/shown/file", "of the run\\n");
           const channel = "/opt/ml/input/data/train";
           run(["--readable", own + "/shown", channel], "sh", "-c", "cat $0/file; echo no > $0/file; ls $1", channel, own);
           run(["--writable", own + "/a b's", "/opt/ml/a b's", "--folder", "/opt/ml/a b's"], "sh", "-c", 'pwd; echo "$1" > made', "", "an own 'word'");
           console.log(fs.readFileSync(own + "/a b's/made", "utf8").trim());
           run(["--folder", "/opt/ml", "--product"], process.execPath, "-p", "6 * 7");
           run(["--folder", "/opt/ml"], "sh", "-c", "kill -9 $$");
           const ask = 'require("net").connect(${port}, "127.0.0.1").on("data", String).on("error", () => process.exit(5))';
           run(["--product", "--network", "host"], process.execPath, "-e", ask);
           run(["--product", "--network", "none"], process.execPath, "-e", ask);
           run(["--product"], process.execPath, "-e", ask);
           const own1 = 'require("net").createServer((s) => s.end()).listen(${port}, "127.0.0.1", () => require("net").connect(${port}).on("close", () => process.exit(6)))';
           run(["--product", "--network", "none"], process.execPath, "-e", own1);
           const asked = spawn(inner, ["start", "--", "sh", "-c", "trap 'exit 9' TERM; echo up; while :; do sleep 0.05; done"], options);
           asked.stdout.once("data", () => console.log("terminate " + spawnSync(inner, ["terminate", String(asked.pid)]).status));
           asked.once("exit", (code) => console.log("ended " + code + " " + spawnSync(inner, ["terminate", String(asked.pid)]).status));`,
          { innerSandbox: true },
        ),
      );
      expect(lines).toEqual([
        expect.stringMatching(/^of the run \| .*Read-only file system \| ls: .*No such file or directory \| 2$/),
        "/opt/ml/a b's | 0",
        "an own 'word'",
        "42 | 0",
        " | 137",
        " | 0",
        " | 5",
        " | 5",
        " | 6",
        "terminate 0",
        "ended 9 1",
      ]);
    } finally {
      host.close();
    }
  });

  promise("own folder", async () => {
    const { executor } = tested();
    const runId = ids.ulid();
    if (!executor.ownFolder) return;
    expect(executor.ownFolder(runId)).toBeUndefined();
    const told = "fs.existsSync(process.env.SAGEBRUSH_OWN_FOLDER + '/file')";
    const waiting = scriptSpec(
      `const wait = () => (${told} ? console.log(fs.readFileSync(process.env.SAGEBRUSH_OWN_FOLDER + "/file", "utf8")) : setTimeout(wait, 10)); wait();`,
      { ownFolder: true },
    );
    await executor.start(runId, waiting);
    const own = executor.ownFolder(runId)!;
    writeFileSync(join(own, ".file"), "of the server");
    renameSync(join(own, ".file"), join(own, "file"));
    const lines: string[] = [];
    for await (const event of executor.events(runId)) if (event.type === "log") lines.push(event.line);
    expect(lines).toEqual(["of the server"]);
    await executor.remove(runId);
    expect(executor.ownFolder(runId)).toBeUndefined();
  });

  promise("network isolation", async () => {
    const host = createServer((socket) => socket.end("reached")).listen(0, "127.0.0.1");
    await new Promise((resolve) => host.once("listening", resolve));
    try {
      const { lines } = await runSpecToEnd(
        tested().executor,
        scriptSpec(
          `require("net").connect(${(host.address() as AddressInfo).port}, "127.0.0.1")
             .on("data", () => console.log("reached")).on("error", () => console.log("isolated"));`,
          { network: "none" },
        ),
      );
      expect(lines.at(-1)).toBe("isolated");
    } finally {
      host.close();
    }
  });

  promise("groups", async () => {
    const id = ids.ulid();
    const member = (index: number, source: string) =>
      startRun(tested().executor, scriptSpec(source, { group: { id, index, size: 2 } }));
    const [first] = await Promise.all([
      member(0, "setInterval(() => {}, 1000)"),
      member(1, "setTimeout(() => process.exit(3), 100)"),
    ]);
    const events = await collect(tested().executor.events(first));
    expect(events.at(-1)).toMatchObject({ exit: { reason: "group" } });
  });

  promise("network of a group", async () => {
    const { executor } = tested();
    const member = (id: string, index: number, source: string, changes: Partial<RunSpec> = {}) =>
      startRun(executor, scriptSpec(`${hostFunctions}${source}`, { group: { id, index, size: 2 }, ...changes }));
    const [id, other] = [ids.ulid(), ids.ulid()];
    const serve = `serve(7000, os.hostname()); serve(7001, "done", () => process.exit());`;
    const runs = [
      await member(id, 0, serve),
      await member(
        id,
        1,
        `serve(7000, "own");
         (async () => {
           console.log(await ask("algo-1", 7000, 200), await ask("algo-2", 7000), await ask("127.0.0.1", 7002));
           console.log(await ask("169.254.169.254", 80), await ask("192.0.2.1", 80));
           console.log(Object.values(os.networkInterfaces()).flat().filter((one) => one.family === "IPv4" && !one.internal).map((one) => one.cidr).join());
           console.log(await taken("algo-1"));
           await ask("algo-1", 7001);
           process.exit();
         })();`,
        { network: "none" },
      ),
    ];
    const apart = [await member(other, 0, serve), await member(other, 1, `serve(7000, "own");`)];
    const events = await collect(executor.events(runs[1]!));
    const lines = events.flatMap((event) => (event.type === "log" ? event.line : []));
    expect(lines).toEqual(["algo-1 own ECONNREFUSED", "ENETUNREACH ENETUNREACH", "10.0.1.2/16", "EADDRNOTAVAIL"]);
    expect(events.at(-1)).toMatchObject({ exit: { code: 0 } });
    expect((await collect(executor.events(runs[0]!))).at(-1)).toMatchObject({ exit: { code: 0 } });
    for (const runId of [...runs, ...apart]) await executor.remove(runId);
  });

  promise("container images", async () => {
    const { exit, lines } = await runSpecToEnd(
      tested().executor,
      scriptSpec("", { program: { image: tested().image!, command: ["/bin/sh", "-c", "echo inside; exit 4"] } }),
    );
    expect(lines.at(-1)).toBe("inside");
    expect(exit).toMatchObject({ code: 4 });
  });
}

/** What hosts do to each other: serve a word at a port, ask for it, try to take the other's port. */
const hostFunctions = `
  const net = require("net"), os = require("os");
  const serve = (port, word, then = () => {}) => net.createServer((socket) => { socket.on("error", () => {}); socket.end(word, then); }).listen(port);
  const once = (host, port) => new Promise((resolve) => {
    let said = "";
    net.connect(port, host).on("data", (bytes) => (said += bytes)).on("end", () => resolve(said)).on("error", (error) => resolve(error.code));
  });
  const ask = async (host, port, tries = 1) => {
    for (;;) {
      const said = await once(host, port);
      if (said !== "ECONNREFUSED" || --tries <= 0) return said;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const taken = (host) => new Promise((resolve) => net.createServer().on("error", (error) => resolve(error.code)).listen(7003, host, () => resolve("taken")));
`;
