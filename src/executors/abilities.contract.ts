import { mkdtempSync, rmSync } from "node:fs";
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
          `const inner = JSON.parse(process.env.SAGEBRUSH_INNER_SANDBOX);
           const shell = "touch /opt/ml/made && echo own; touch ${folder}/x 2>&1; hostname; ls /proc | grep -c '^[0-9]'; tr '\\\\0' '\\\\n' < /proc/1/environ | grep -c SECRET";
           require("fs").writeFileSync("${folder}/outer", "");
           const { stdout } = require("child_process").spawnSync(inner[0], [...inner.slice(1), "--", "sh", "-c", shell], { env: { PATH: process.env.PATH }, encoding: "utf8" });
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

  promise("container images", async () => {
    const { exit, lines } = await runSpecToEnd(
      tested().executor,
      scriptSpec("", { program: { image: tested().image!, command: ["/bin/sh", "-c", "echo inside; exit 4"] } }),
    );
    expect(lines.at(-1)).toBe("inside");
    expect(exit).toMatchObject({ code: 4 });
  });
}
