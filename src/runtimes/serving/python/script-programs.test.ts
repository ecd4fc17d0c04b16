import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const hasPython = spawnSync("python3", ["--version"]).status === 0;

const root = join(import.meta.dirname, "..", "..", "..", "..");

let folder: string;
let child: ChildProcess | undefined;
let said = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sagebrush-script-"));
  mkdirSync(join(folder, "model"));
});
afterEach(() => {
  child?.kill("SIGKILL");
  child = undefined;
  rmSync(folder, { recursive: true });
});

async function start(script: string, { workers = 1, seconds = 60 } = {}): Promise<void> {
  writeFileSync(join(folder, "inference.py"), `import os, time\ndef model_fn(folder):\n    return None\n${script}`);
  const worker = { family: "base", program: "inference.py", named: true, code: folder, model: join(folder, "model") };
  const settings = { workers, seconds, failure: join(folder, "failure"), worker };
  const program = join(import.meta.dirname, "script_server.py");
  const PYTHONPATH = join(root, "clients", "toolkits");
  const env = {
    PYTHONPATH,
    PATH: process.env.PATH,
    SAGEBRUSH_SOCKET: "s",
    PYTHONDONTWRITEBYTECODE: "1",
    PYTHONUNBUFFERED: "1",
  };
  const started = spawn("python3", [program, JSON.stringify(settings)], { cwd: folder, env });
  child = started;
  said = "";
  const listening = Promise.withResolvers<void>();
  for (const output of [started.stdout, started.stderr])
    output.on("data", (bytes: Buffer) => {
      said += bytes;
      if (said.includes("The script answers")) listening.resolve();
    });
  started.on("exit", () => listening.resolve());
  await listening.promise;
}

const send = (body: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const outgoing = request({ socketPath: join(folder, "s"), path: "/invocations", method: "POST", agent: false });
    outgoing.setHeader("content-type", "text/plain");
    outgoing.on("response", resolve).on("error", reject).end(body);
  });

async function ask(body: string): Promise<[number, string]> {
  const response = await send(body);
  let text = "";
  for await (const bytes of response) text += bytes;
  return [response.statusCode!, text];
}

const transform = (lines: string) =>
  `def transform_fn(model, body, content_type, accept):\n    body = body.decode()\n${lines}`;

describe.runIf(hasPython)("a script that serves", () => {
  it("answers piece by piece, and breaks off where it raises", async () => {
    await start(
      transform(`    def pieces():
        yield "first,"
        while not os.path.exists("go-on"):
            time.sleep(0.005)
        yield b"second"
        if body == "raise":
            raise ValueError("half-way")
    return pieces(), "text/x-pieces"
`),
    );
    const response = await send("all");
    const pieces = response[Symbol.asyncIterator]();
    expect(String((await pieces.next()).value)).toBe("first,");
    expect(response.headers).toMatchObject({ "content-type": "text/x-pieces", "transfer-encoding": "chunked" });
    writeFileSync(join(folder, "go-on"), "");
    expect(String((await pieces.next()).value)).toBe("second");
    expect(await pieces.next()).toMatchObject({ done: true });
    await expect(ask("raise")).rejects.toThrow("aborted");
    expect(said).toContain("ValueError: half-way");
    // The caller went away, so the worker that was answering is another one now.
    expect(await ask("all")).toEqual([200, "first,second"]);
  });

  it("one that takes too long is ended, and another worker takes its place", async () => {
    await start(transform(`    if body == "sleep":\n        time.sleep(600)\n    return str(os.getpid())\n`), {
      seconds: 1,
    });
    const [, before] = await ask("who");
    expect(await ask("sleep")).toEqual([504, expect.stringContaining("has not answered within 1 s")]);
    const [status, after] = await ask("who");
    expect([status, after === before]).toEqual([200, false]);
  });

  it("workers answer side by side, each one request at a time", async () => {
    const meet = `    open("here-" + body, "w").close()
    while len([name for name in os.listdir(".") if name.startswith("here-")]) < 2:
        time.sleep(0.005)
    return str(os.getpid())
`;
    await start(transform(meet), { workers: 2 });
    const answers = await Promise.all([ask("a"), ask("b")]);
    expect(new Set(answers.map(([, pid]) => pid)).size).toBe(2);
  });

  it("a large answer passes through, and one of another kind is refused in words", async () => {
    await start(transform(`    return "x" * 3_000_000 if body == "large" else None\n`));
    const [status, text] = await ask("large");
    expect([status, text.length]).toEqual([200, 3_000_000]);
    expect(await ask("none")).toEqual([500, expect.stringContaining("The script returned NoneType as its answer")]);
  });

  it("after SIGTERM the request in flight is answered", async () => {
    await start(
      transform(`    open("begun", "w").close()
    while not os.path.exists("go-on"):
        time.sleep(0.005)
    return "done"
`),
    );
    const answer = ask("x");
    await expect.poll(() => existsSync(join(folder, "begun")), { timeout: 10_000 }).toBe(true);
    child!.kill("SIGTERM");
    const ended = once(child!, "exit");
    writeFileSync(join(folder, "go-on"), "");
    expect(await answer).toEqual([200, "done"]);
    expect(await ended).toEqual([0, null]);
  });

  it("a model that cannot be loaded is told in a file", async () => {
    await start(`raise RuntimeError("no weights\\nin here")\n`);
    expect(readFileSync(join(folder, "failure"), "utf8")).toBe("RuntimeError: no weights");
    expect(said).toContain("Traceback");
  });
});
