import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPythonEnvironment, scriptEnvironmentsFolder } from "../../tools/python-environments.ts";
import { machine, startSagebrush } from "../servers.ts";
import { startLocalMode } from "./podman.ts";

const root = join(import.meta.dirname, "..", "..");
const python = join(root, ".venv-v2", "bin", "python");
const image = "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-base-python-311:1.0";
const repetitions = 9;

interface Fit {
  /** From the call of CreateTrainingJob to the script's first line. */
  readonly milliseconds: number;
  /** The time of the first line, of this machine's clock. */
  readonly first: number;
  readonly created: number;
  readonly model: string;
}

/**
 * From CreateTrainingJob to the first line of a user's script: here, and in the SageMaker SDK's local mode under Podman,
 * with AWS's own training toolkit in the image. In turn, the same script and the same SDK; the models have to be equal.
 * `local-mode=here` leaves local mode out.
 */
export async function run(argument?: "here"): Promise<void> {
  console.log(`${machine()}; medians of ${repetitions} jobs, one after the other, after one that is not counted`);
  const problem = await createPythonEnvironment("v2");
  if (problem !== undefined) throw new Error(problem);
  // Programs of a job cannot fill the compile cache themselves.
  execFileSync(process.execPath, [join(root, "tools/compile.mjs")]);
  const local = argument === "here" ? undefined : await startLocalMode();
  const server = await startSagebrush({ environment: { SAGEBRUSH_ENVIRONMENTS: scriptEnvironmentsFolder } });
  const group = countCpu(server.pid);
  const folder = mkdtempSync(join(tmpdir(), "sagebrush-bench-"));
  try {
    const optOut = join(folder, "sdk.yaml");
    writeFileSync(
      optOut,
      "SageMaker:\n  PythonSDK:\n    Modules:\n      TelemetryOptOut: true\nSchemaVersion: '1.0'\n",
    );
    const region = { AWS_DEFAULT_REGION: "us-west-2", SAGEMAKER_ADMIN_CONFIG_OVERRIDE: optOut };
    const exec = [process.execPath, join(root, "bin/sagebrush"), "exec", "--home", server.home, "--"];
    const models = "s3://sagemaker-us-west-2-123456789012/models";
    const here = startFitting([...exec, python], ["here", image, models], region);
    const keys = { AWS_ACCESS_KEY_ID: "unused", AWS_SECRET_ACCESS_KEY: "unused" };
    const there =
      local &&
      startFitting([python], ["local", local.image, `file://${folder}`], { ...region, ...keys, ...local.environment });
    await here.fit();
    await there?.fit();
    const ours: (Fit & { readonly cpu: number | undefined })[] = [];
    const theirs: Fit[] = [];
    for (let i = 0; i < repetitions; i++) {
      const samples = group?.sample();
      const fitted = await here.fit();
      ours.push({ ...fitted, cpu: samples?.between(fitted.created, fitted.first) });
      if (!there) continue;
      theirs.push(await there.fit());
      if (fitted.model !== theirs[i]!.model) throw new Error(`The models differ: ${fitted.model}, ${theirs[i]!.model}`);
    }
    const [our, their] = [ours, theirs].map((fits) => median(fits.map(({ milliseconds }) => milliseconds)));
    console.log(`from CreateTrainingJob to the first line: ${our!.toFixed(0)} ms`);
    await here.close();
    await there?.close();
    if (there) console.log(`local mode: ${their!.toFixed(0)} ms, ${(their! / our!).toFixed(1)}x as long`);
    const cpu = ours.flatMap(({ cpu }) => (cpu === undefined ? [] : [cpu]));
    if (cpu.length === 0) console.log("CPU is not measured: no group of processes can be made in cpuacct");
    else
      console.log(
        `CPU of server and job until the first line: ${median(cpu).toFixed(0)} ms; python train.py: ${alone().toFixed(0)} ms`,
      );
  } finally {
    local?.close();
    await server.close();
    group?.remove();
    rmSync(folder, { recursive: true });
  }
}

/** A program that has loaded the SDK and fits when it is told to. */
function startFitting(program: readonly string[], words: readonly string[], environment: object) {
  const [name, ...rest] = [...program, join(import.meta.dirname, "fit.py"), ...words];
  const child = spawn(name!, rest, { env: { ...process.env, ...environment } });
  let output = "";
  const ended = once(child, "close");
  const fitted = async () => {
    while (!/^MODEL .*\n/m.test(output)) {
      const code = await Promise.race([once(child.stdout, "data").then(() => undefined), ended]);
      if (code !== undefined) throw new Error(`${name} ${rest.join(" ")} ended with ${code[0]}:\n${output}`);
    }
  };
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (bytes) => {
      output += bytes;
    });
  return {
    async fit(): Promise<Fit> {
      output = "";
      child.stdin.write("\n");
      await fitted();
      const [created, first, model] = ["CREATED", "FIRST", "MODEL"].map((word) => output.match(`${word} (\\S+)`)?.[1]);
      const [from, to] = [Number(created) * 1000, Number(first) * 1000];
      return { created: from, first: to, milliseconds: to - from, model: model! };
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** CPU of the script alone, from start to end, in milliseconds. */
function alone(): number {
  const program = `
import os, resource, subprocess, sys, tempfile
with tempfile.TemporaryDirectory() as folder:
    subprocess.run([sys.executable, sys.argv[1]], env={**os.environ, "SM_MODEL_DIR": folder}, check=True, stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print((used.ru_utime + used.ru_stime) * 1000)`;
  const script = join(import.meta.dirname, "source", "train.py");
  const runs = Array.from({ length: repetitions }, () =>
    Number(execFileSync("python3", ["-c", program, script], { encoding: "utf8" })),
  );
  return median(runs);
}

/** Counts the CPU of a process and of all that it starts from now on; undefined where the machine lets nobody. */
function countCpu(pid: number) {
  const group = `/sys/fs/cgroup/cpuacct/sagebrush-bench-${process.pid}`;
  try {
    mkdirSync(group);
    writeFileSync(join(group, "cgroup.procs"), String(pid));
  } catch {
    return undefined;
  }
  const used = () => Number(readFileSync(join(group, "cpuacct.usage"), "latin1")) / 1e6;
  return {
    /** Begins to read the counter, until it is asked for what was used between two times. */
    sample() {
      const samples: [time: number, used: number][] = [];
      const timer = setInterval(() => samples.push([Date.now(), used()]), 5);
      const at = (time: number) => samples.find(([when]) => when >= time)![1];
      return {
        between(from: number, to: number): number {
          clearInterval(timer);
          return at(to) - at(from);
        },
      };
    },
    remove: () => rmdirSync(group),
  };
}
