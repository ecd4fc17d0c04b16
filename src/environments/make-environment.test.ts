import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sitePackages } from "./environment.ts";
import type { EnvironmentPlan } from "./environment-plan.ts";
import { createPythonFinder, type Python } from "./find-python.ts";
import { listEnvironments, pruneEnvironments, removeEnvironment } from "./kept-environments.ts";
import { readyEnvironment, readyLayer } from "./make-environment.ts";
import { readRequirements } from "./requirements.ts";

let top: string;
let calls: string;
let plan: EnvironmentPlan;
let lines: string[];
const tools = { log: (line: string) => void lines.push(line) };
const python = (await createPythonFinder(process.env.PATH)(["3.11", "3.12", "3.13", "3.10", "3.9"])) as Python;

beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), "environments-"));
  calls = join(top, "calls");
  lines = [];
  plan = {
    lock: "base-python",
    folder: join(top, "environments"),
    python: { version: python.version, program: python.program },
    uv: join(import.meta.dirname, "test-uv.sh"),
    access: { UV_CALLS: calls },
  };
});
afterEach(() => rmSync(top, { recursive: true, maxRetries: 20 }));

const syncs = () =>
  readFileSync(calls, "utf8")
    .split("\n")
    .filter((line) => line === "pip sync").length;

/** A maker of its own process. */
function maker(): { child: ChildProcess; output: Promise<string> } {
  const program = join(import.meta.dirname, "make-environment.fixture.ts");
  const child = spawn(process.execPath, [program, JSON.stringify(plan)], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (bytes) => {
    text += bytes;
  });
  return { child, output: once(child, "close").then(() => text) };
}

async function until(path: string): Promise<void> {
  while (!existsSync(path)) await delay(10);
}

describe("an environment", () => {
  it("is made once, by one of several processes, while the others wait", async () => {
    writeFileSync(`${calls}.hold`, "");
    const makers = [maker(), maker(), maker()];
    await until(`${calls}.sync`);
    rmSync(`${calls}.hold`);
    const outputs = await Promise.all(makers.map(({ output }) => output));
    const [name] = readdirSync(plan.folder).filter((entry) => !entry.startsWith("."));
    for (const output of outputs) expect(output).toContain(`ready ${name}`);
    expect(syncs()).toBe(1);
    expect(outputs.filter((output) => output.includes("Installed 1 package"))).toHaveLength(1);
    const script = join(plan.folder, name!, "bin", "of-lock");
    expect(execFileSync(script, { encoding: "utf8" })).toBe("1.0\n");
  });

  it("is made anew after its maker was killed, and nothing of that is left", async () => {
    writeFileSync(`${calls}.hold`, "");
    const { child, output } = maker();
    await until(`${calls}.sync`);
    child.kill("SIGKILL");
    rmSync(`${calls}.hold`);
    await output;
    const { name } = await readyEnvironment(plan, tools);
    expect(readdirSync(plan.folder).filter((entry) => entry !== ".locks")).toEqual([name]);
    expect(await readyEnvironment(plan, tools)).toMatchObject({ name });
    expect(syncs()).toBe(2);
  });

  it("that cannot be made leaves nothing, and says the installer's last lines", async () => {
    mkdirSync(top, { recursive: true });
    writeFileSync(`${calls}.fail`, "");
    await expect(readyEnvironment(plan, tools)).rejects.toThrow(
      "The Python environment base-python could not be made: error: the index said no",
    );
    expect(readdirSync(plan.folder)).toEqual([".locks"]);
    expect(lines).toEqual([
      expect.stringMatching(/^Making the Python environment base-python with Python \S+, about 62 MiB, once/),
      "error: the index said no",
    ]);
  });

  it("above another one holds what its own lock names, is found with it wherever the folder is shown, and goes with it", async () => {
    const own = { ...plan, lock: "data-wrangler" } as const;
    const layer = await readyEnvironment(own, tools);
    const [base] = layer.below;
    expect(base!.record.lock).toBe("scikit-learn-1.2");
    expect(layer.name.startsWith(`${base!.name}+data-wrangler-`)).toBe(true);
    expect(layer.record.lock).toBe("data-wrangler");
    expect(syncs()).toBe(2);
    expect((await readyEnvironment(own, tools)).below).toHaveLength(1);
    expect(await readyEnvironment({ ...plan, lock: "scikit-learn-1.2" }, tools)).toMatchObject({ name: base!.name });
    expect(syncs()).toBe(2);
    const elsewhere = join(top, "shown");
    cpSync(plan.folder, elsewhere, { recursive: true, verbatimSymlinks: true });
    writeFileSync(join(elsewhere, sitePackages(base!).slice(plan.folder.length), "below.py"), "");
    const code = "import below, of_lock; print(below.__file__, of_lock.__file__)";
    const shown = execFileSync(join(elsewhere, layer.name, "bin", "python"), ["-c", code], { encoding: "utf8" });
    expect(shown.trim()).toBe(
      `${elsewhere}${sitePackages(base!).slice(plan.folder.length)}/below.py ${elsewhere}${sitePackages(layer).slice(plan.folder.length)}/of_lock.py`,
    );
    const asked = join(top, "requirements.txt");
    writeFileSync(asked, "extra\n");
    const above = await readyLayer(
      own,
      layer,
      { ...readRequirements(asked), folder: top, file: "requirements.txt" },
      tools,
    );
    expect(above.below.map(({ name }) => name)).toEqual([layer.name, base!.name]);
    expect(await removeEnvironment(plan.folder, base!.name)).toContain("A run uses the environment");
    expect(await removeEnvironment(elsewhere, base!.name)).toBeUndefined();
    expect(readdirSync(elsewhere).filter((name) => !name.startsWith("."))).toEqual([]);
  });

  it("is not begun when the disk has less than twice its size left", async () => {
    const { checkRoom } = await import("./room-for.ts");
    expect(() => checkRoom("pytorch", top, 1e12)).toThrow(
      /^The Python environment pytorch takes 976562500.0 GiB, and making it twice that. The disk of \S+ has /,
    );
    expect(() => checkRoom("small", top, 1)).not.toThrow();
  });
});

describe("requirements", () => {
  const asked = (text: string) => {
    const folder = join(top, "code");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "requirements.txt"), text);
    return { ...readRequirements(join(folder, "requirements.txt")), folder, file: "requirements.txt" };
  };

  it("are a layer of their own, which holds what the lock lacks and leaves the lock's environment as it is", async () => {
    const base = await readyEnvironment(plan, tools);
    const before = readdirSync(base.path, { recursive: true }).length;
    const layer = await readyLayer(plan, base, asked("extra\n"), tools);
    expect(layer.name).toMatch(new RegExp(`^${base.name}\\+[0-9a-f]{12}$`));
    const shown = execFileSync(join(layer.path, "bin", "python"), [
      "-c",
      "import extra, of_lock; print(extra.version, of_lock.__file__, open(extra.__file__.replace('extra.py', 'added.txt')).read())",
    ]).toString();
    expect(shown).toContain(`2.0 ${base.path}`);
    expect(shown).toContain("extra==2.0");
    expect(shown).not.toContain("of-lock==");
    expect(execFileSync(join(layer.path, "bin", "of-lock"), { encoding: "utf8" })).toBe("1.0\n");
    expect(readdirSync(base.path, { recursive: true })).toHaveLength(before);
    expect((await readyLayer(plan, base, asked("extra\n"), tools)).name).toBe(layer.name);
    expect(readFileSync(calls, "utf8").match(/pip compile/g)).toHaveLength(1);
  });

  it("are installed without the configuration that lies beside them, which could name another index", async () => {
    const base = await readyEnvironment(plan, tools);
    await readyLayer(plan, base, asked("extra\n"), tools);
    const configuration = readFileSync(`${calls}.configuration`, "utf8").trim();
    expect(configuration).toBe(existsSync("/etc/uv/uv.toml") ? "/etc/uv/uv.toml" : "none");
  });

  it.each<[string, boolean, string]>([
    ["numpy\n# -e .\n", false, "numpy"],
    ["./wheels/own.whl\n", true, "own.whl"],
    ["-e .\n", true, "-e"],
    ["numpy\n-r more.txt\n", false, "pandas"],
    ["-c ./none.txt\nnumpy", true, "numpy"],
    ["-r /opt/ml/input/data/code/none.txt\n", true, "none"],
    ["own @ file:///opt/own\n", true, "own"],
    ["libs/own\n", true, "libs"],
    ["own @ ./libs/own\n", true, "libs"],
    ["--find-links=wheels\nown\n", true, "own"],
    ["-i https://index.example/simple\n--pre\na.b-c[x, y] >= 1, < 2 ; python_version < '3.12'\n", false, "a.b-c"],
    ["own==1.0 \\\n  --hash=sha256:00\nother~=1.0 # why\nthird --no-binary :all:\n", false, "own"],
    ["own@git+https://git.example/own@v1\ngit+ssh://git@git.example/other\n", false, "own"],
  ])("%j names files beside it: %s", (text, isLocal, part) => {
    mkdirSync(join(top, "code"), { recursive: true });
    writeFileSync(join(top, "code", "more.txt"), "pandas\n-r requirements.txt\n");
    const found = asked(text);
    expect(found.isLocal).toBe(isLocal);
    expect(found.text).toContain(part);
  });
});

describe("kept environments", () => {
  it("are listed, and removed with what lies above them, unless a run uses them", async () => {
    const { child, output } = maker();
    await output;
    expect(child.exitCode).toBe(0);
    const [kept] = listEnvironments(plan.folder);
    const { name } = kept!;
    expect(kept).toMatchObject({ record: { lock: "base-python", version: python.version } });
    expect(await pruneEnvironments(plan.folder, 1)).toMatchObject({ removed: [] });
    // This process uses it from now on.
    await readyEnvironment(plan, tools);
    expect(await removeEnvironment(plan.folder, name)).toMatch(/^A run uses the environment/);
    expect(await pruneEnvironments(plan.folder, 0)).toMatchObject({ removed: [] });
  });

  it("that no run used for long are pruned", async () => {
    await maker().output;
    const [{ name }] = listEnvironments(plan.folder) as unknown as [{ name: string }];
    expect((await pruneEnvironments(plan.folder, 0)).removed).toEqual([name]);
    expect(listEnvironments(plan.folder)).toEqual([]);
  });
});
