import { describe, expect, it } from "vitest";
import { refusalOf } from "./choose-executor.ts";
import { unknownSkips } from "./executor.contract.ts";
import { createExecutors } from "./executors.ts";
import type { RunSpec } from "./port.ts";
import { scriptSpec } from "./script-run.fixture.ts";
import { testExecutor } from "./test-executor.ts";

const process = testExecutor("process");
const docker = testExecutor("docker", { containers: "docker", networkIsolation: true, gpus: true, mounts: false });
const cluster = testExecutor("cluster", { nodes: "many", gpus: true, mounts: false });
const all = [process, docker, cluster];

describe("an executor is chosen", () => {
  const image = { program: { image: "i" } };
  const group = { group: { id: "g", index: 0, size: 2 } };
  const mount = { mounts: [{ source: "/a", target: "/a" }] };
  it.each<[string, Partial<RunSpec>, { setting: string; image?: string }, string]>([
    ["the setting's when it can", {}, { setting: "process" }, "process"],
    ["the setting's when it can", {}, { setting: "docker" }, "docker"],
    ["another one for an image", image, { setting: "process" }, "docker"],
    ["another one for GPUs, the first that can", { limits: { gpus: 1 } }, { setting: "process" }, "docker"],
    ["the setting's for GPUs when it has them", { limits: { gpus: 1 } }, { setting: "cluster" }, "cluster"],
    ["another one for several hosts", group, { setting: "process" }, "cluster"],
    ["another one for folders of the machine", mount, { setting: "cluster" }, "process"],
    ["another one without network", { network: "none" }, { setting: "process" }, "docker"],
    ["the image family's, whatever the setting", {}, { setting: "process", image: "cluster" }, "cluster"],
  ])("%s: %o, %o", async (_, changes, { setting, image: demanded }, name) => {
    expect(await createExecutors(all, setting).choose(scriptSpec("", changes), demanded)).toEqual({
      executor: all.find((one) => one.name === name),
    });
  });

  it("or refused with what each lacks", async () => {
    const both = scriptSpec("", { ...image, ...group });
    expect(await createExecutors(all, "process").choose(both)).toEqual({
      refusal: all.map((one) => refusalOf(one, both)).join(" "),
    });
    expect(refusalOf(process, both)).toBe(
      'The executor "process" cannot give a run a container image, a group of several hosts. Its abilities are gpus: false, nodes: one, networkIsolation: false, containers: false, mounts: true, python: true, innerSandbox: false, cores: shared.',
    );
  });

  it("or refused with what helps", async () => {
    const advised = { ...process, advise: (ability: string) => `Get ${ability}.` };
    const spec = scriptSpec("", { innerSandbox: true, network: "none" });
    expect(await createExecutors([advised], "process").choose(spec)).toEqual({
      refusal: expect.stringMatching(
        /cannot give a run network isolation, a sandbox inside its own.* Get networkIsolation\. Get innerSandbox\.$/,
      ),
    });
  });

  it("or refused with what its machine lacks, where no other one has it", async () => {
    const spec = scriptSpec("", { python: { lock: "base-python" } });
    const poor = { ...testExecutor("poor"), lacks: async () => "Install Python." };
    expect(await createExecutors([poor], "poor").choose(spec)).toEqual({ refusal: "Install Python." });
    expect(await createExecutors([poor, docker], "poor").choose(spec)).toEqual({ executor: docker });
  });

  it("or refused with the executors that there are", async () => {
    expect(await createExecutors(all, "process").choose(scriptSpec(""), "slurm")).toEqual({
      refusal: 'The image needs the executor "slurm"; this server has process, docker, cluster.',
    });
  });
});

it("an executor is found by the name that a run's document keeps", () => {
  const executors = createExecutors(all, "process");
  expect(executors.named("docker")).toBe(docker);
  expect(() => executors.named("slurm")).toThrow(
    'There is no executor "slurm"; this server has process, docker, cluster',
  );
  expect(() => createExecutors(all, "slurm")).toThrow('"slurm"');
  expect(() => createExecutors([process, testExecutor("process")], "process")).toThrow(/same name/);
});

it("finds a skip of the contract that is not the title of a test", () => {
  expect(unknownSkips({ groups: "no", gruops: "no" }, new Set(["groups", "network isolation"]))).toEqual(["gruops"]);
});
