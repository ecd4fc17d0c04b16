import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  countProcesses,
  createControlGroup,
  type GroupSystem,
  ranOutOfMemory,
  ranOutOfProcesses,
  removeControlGroups,
} from "./control-group.ts";

let mounts: string;
beforeEach(() => {
  mounts = mkdtempSync(join(tmpdir(), "groups-"));
});
afterEach(() => rmSync(mounts, { recursive: true }));

/** The files that a kernel makes in a new group, by what may be limited in its parent. What is to be written is empty. */
const kernel = {
  memory: { "memory.max": "", "memory.swap.max": "", "memory.events": "low 0\noom 0\noom_kill 0\n" },
  cpu: { "cpu.max": "" },
  pids: { "pids.max": "", "pids.current": "0", "pids.events": "max 0\n" },
};

/** A machine with version 2 alone, on which a parent passes on those controllers. */
function second(own: string, ...delegated: (keyof typeof kernel)[]): GroupSystem {
  mkdirSync(join(mounts, dirname(own)), { recursive: true });
  return {
    mounts,
    own: () => `0::${own}\n`,
    make(path) {
      mkdirSync(path);
      const files = Object.assign({ "cgroup.procs": "" }, ...delegated.map((name) => kernel[name]));
      for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text as string);
    },
  };
}

const limits = { memoryBytes: 2 ** 30, cores: 1.5, processes: 100 };
const read = (...names: string[]): string => readFileSync(join(mounts, ...names), "utf8");

it("in version 2 one group has all limits, beside the group of its keeper", () => {
  const group = createControlGroup("7", limits, second("/user.slice/server.scope", "memory", "cpu", "pids"))!;
  const path = join(mounts, "user.slice", "sagebrush-7");
  expect(group).toEqual({ paths: [path], members: [join(path, "cgroup.procs")], memory: path, processes: path });
  const written = ["memory.max", "memory.swap.max", "cpu.max", "pids.max"].map((name) =>
    read("user.slice", "sagebrush-7", name),
  );
  expect(written).toEqual([String(2 ** 30), "0", "150000 100000", "100"]);
});

it("in version 2 the kernel says how a run has ended", () => {
  const group = createControlGroup("7", limits, second("/server.scope", "memory", "cpu", "pids"))!;
  expect([ranOutOfMemory(group), ranOutOfProcesses(group), countProcesses(group)]).toEqual([false, false, 0]);
  writeFileSync(join(group.memory!, "memory.events"), "low 0\noom 1\noom_kill 1\n");
  writeFileSync(join(group.processes!, "pids.current"), "99\n");
  writeFileSync(join(group.processes!, "pids.events"), "max 3\n");
  expect([ranOutOfMemory(group), ranOutOfProcesses(group), countProcesses(group)]).toEqual([true, true, 99]);
});

it("what a user's session is not given is not limited by a group, and the rest is", () => {
  // systemd gives the sessions of users memory and pids.
  const group = createControlGroup("7", limits, second("/user/session.scope", "memory", "pids"))!;
  expect(group).toMatchObject({ memory: group.paths[0], processes: group.paths[0] });
  expect(createControlGroup("8", { cores: 1 }, second("/user/session.scope", "memory", "pids"))).toBeUndefined();
  expect(createControlGroup("9", limits, second("/user/session.scope"))).toBeUndefined();
  expect(readdirSync(join(mounts, "user")).filter((name) => name !== "sagebrush-7")).toEqual(
    // A real group's folder can be removed with its files in it.
    ["sagebrush-8", "sagebrush-9"].filter((name) => existsSync(join(mounts, "user", name))),
  );
});

it("where version 2 has no controllers, each limit has a group of version 1", () => {
  for (const name of ["memory/jobs", "cpu", "pids"]) mkdirSync(join(mounts, name), { recursive: true });
  const files = {
    memory: { "memory.limit_in_bytes": "", "memory.memsw.limit_in_bytes": "" },
    cpu: { "cpu.cfs_period_us": "", "cpu.cfs_quota_us": "" },
    pids: { "pids.max": "" },
  };
  const group = createControlGroup("7", limits, {
    mounts,
    own: () => "4:memory:/jobs\n3:cpu,cpuacct:/\n2:pids:/\n0::/\n",
    make(path) {
      mkdirSync(path);
      const made = Object.entries(files).find(([name]) => path.startsWith(join(mounts, name)))?.[1] ?? {};
      for (const [name, text] of Object.entries(made)) writeFileSync(join(path, name), text as string);
    },
  })!;
  expect(group.paths).toEqual(["memory/jobs", "cpu", "pids"].map((name) => join(mounts, name, "sagebrush-7")));
  expect(read("memory/jobs/sagebrush-7/memory.limit_in_bytes")).toBe(String(2 ** 30));
  expect(read("cpu/sagebrush-7/cpu.cfs_quota_us")).toBe("150000");
  expect(read("pids/sagebrush-7/pids.max")).toBe("100");
});

it("groups that are gone, and machines without any, are no fault", () => {
  const none = {
    mounts,
    own: () => {
      throw new Error("no /proc");
    },
    make: mkdirSync,
  };
  expect(createControlGroup("7", limits, none)).toBeUndefined();
  const group = {
    paths: [join(mounts, "gone")],
    members: [],
    memory: join(mounts, "gone"),
    processes: join(mounts, "gone"),
  };
  expect([ranOutOfMemory(group), ranOutOfProcesses(group), countProcesses(group)]).toEqual([false, false, undefined]);
  removeControlGroups(group.paths);
});
