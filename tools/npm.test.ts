import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { runNpm } from "./npm.mjs";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "sagebrush-npm-"));
});
afterEach(() => rmSync(root, { recursive: true }));

/** A program in npm's place. */
function npm(lines: string): string[] {
  const path = join(root, "npm");
  writeFileSync(path, `#!/bin/sh\n${lines}\n`);
  chmodSync(path, 0o755);
  return [path, "install"];
}

it("begins again without what an interrupted npm left", async () => {
  mkdirSync(join(root, "node_modules", ".tar-a1B2"), { recursive: true });
  const said: string[] = [];
  const command = npm('[ -d node_modules ] && { echo "npm error code ENOTEMPTY" >&2; exit 190; }; exit 0');
  expect(await runNpm(command, { root, say: (line) => said.push(line) })).toEqual({ code: 0, output: "" });
  expect(said).toEqual([expect.stringContaining("interrupted")]);
});

it("gives npm's code and output when it fails otherwise", async () => {
  mkdirSync(join(root, "node_modules"));
  const failed = await runNpm(npm('echo "npm error code E404" >&2; exit 1'), { root });
  expect(failed).toEqual({ code: 1, output: "npm error code E404\n" });
  expect(existsSync(join(root, "node_modules"))).toBe(true);
});

it("passes a signal on and waits for npm's end", async () => {
  const command = npm("trap 'touch ended; exit 0' INT; echo begun >&2; touch begun; while :; do sleep 0.05; done");
  const program = `import { runNpm } from ${JSON.stringify(join(import.meta.dirname, "npm.mjs"))};
    const { code } = await runNpm(${JSON.stringify(command)}, { root: ${JSON.stringify(root)} });
    process.exit(code);`;
  const setup = spawn(process.execPath, ["--input-type=module", "-e", program]);
  await expect.poll(() => existsSync(join(root, "begun")), { timeout: 20_000 }).toBe(true);
  setup.kill("SIGINT");
  expect(await once(setup, "exit")).toEqual([130, null]);
  expect(existsSync(join(root, "ended"))).toBe(true);
});

it("says at a signal that npm is being stopped, and no longer what npm waits for", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const said: string[] = [];
    const command = npm("trap '' TERM; while [ ! -f over ]; do sleep 0.05; done");
    const others = process.listeners("SIGTERM");
    const ended = runNpm(command, { root, say: (line) => said.push(line) });
    expect(vi.getTimerCount()).toBe(1);
    const [stop] = process.listeners("SIGTERM").filter((listener) => !others.includes(listener));
    stop!("SIGTERM");
    expect(said).toEqual(["Stopping npm, which may take a minute; once more ends it at once ..."]);
    expect(vi.getTimerCount()).toBe(0);
    // This npm waits for its file after the first signal.
    stop!("SIGTERM");
    expect(await ended).toMatchObject({ code: 143 });
    expect(said).toHaveLength(1);
  } finally {
    writeFileSync(join(root, "over"), "");
    vi.useRealTimers();
  }
});

it("says what npm waits for, and that a registry does not answer", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  const registry = `http://127.0.0.1:${port}/`;
  const said: string[] = [];
  const say = (line: string) => {
    said.push(line);
    writeFileSync(join(root, "said"), "");
  };
  const command = npm("while [ ! -f said ]; do sleep 0.05; done");
  await runNpm(command, { root, registry, say, quietMilliseconds: 1 });
  expect(said).toEqual([expect.stringMatching(/^npm waits for http:\S+, which does not answer: .*ECONNREFUSED/)]);
});
