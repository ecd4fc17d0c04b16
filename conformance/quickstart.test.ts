import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { pathWithout } from "./path-without.ts";
import { runProgram } from "./program.ts";
import { root } from "./server.ts";

const quickstart = join(root, "examples", "quickstart.ts");

/** Runs a command in a terminal; presses Ctrl-C at the text that is given, and exits as the command does. */
const inTerminal = `
import os, pty, sys
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
press, text = sys.argv[1].encode(), b""
while True:
    try:
        text += os.read(terminal, 65536)
    except OSError:
        break
    if press and press in text:
        press = b""
        os.write(terminal, b"\\x03")
sys.stdout.buffer.write(text)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
`;

describe("in a terminal", () => {
  const python = join(root, ".venv-v2", "bin", "python");
  test.beforeEach((context) => {
    if (!existsSync(python) && !process.env.CI) context.skip(".venv-v2 is missing; npm test installs it");
  });
  const run = (env: NodeJS.ProcessEnv, press = "") =>
    runProgram(python, ["-c", inTerminal, press, process.execPath, quickstart], { cwd: root, env });
  const sagebrush = (env: NodeJS.ProcessEnv, word: string) =>
    runProgram(process.execPath, [join(root, "bin", "sagebrush"), word], { cwd: root, env });

  test("it shows progress, ends with a link that signs in, and leaves server and endpoint up until they are stopped", async () => {
    const home = await mkdtemp(join(tmpdir(), "sagebrush-quickstart-"));
    const env = { ...process.env, SAGEBRUSH_HOME: home, TERM: "xterm" };
    try {
      const { code, stdout } = await run(env);
      expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/Training {5}\[[= ]{20}\]/) });
      expect(stdout).toMatch(/From a CSV to predictions in \d+ s: accuracy [\s\S]+bin\/sagebrush stop/);
      const [, url, link] = /(http:\S+)\/_studio\/sign-in#(\S+)\s*$/.exec(stdout)!;
      const signIn = () =>
        fetch(`${url}/_studio/session`, {
          method: "POST",
          headers: { Origin: url!, "Content-Type": "application/json" },
          body: JSON.stringify({ link }),
        });
      const first = await signIn();
      expect(first.status).toBe(200);
      expect((await signIn()).status).toBe(403);
      // What the main job has left is there to be seen.
      const { csrf } = (await first.json()) as { csrf: string };
      const endpoints = await fetch(`${url}/_studio/api/`, {
        method: "POST",
        headers: {
          ...{ Origin: url!, Cookie: first.headers.get("set-cookie")!.split(";")[0]!, "X-Sagebrush-Csrf": csrf },
          ...{ "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "SageMaker.ListEndpoints" },
        },
        body: "{}",
      });
      expect(await endpoints.json()).toMatchObject({ Endpoints: [{ EndpointStatus: "InService" }] });
      expect((await sagebrush(env, "status")).stdout).toMatch(/^Sagebrush \S+ is ready at http/);
    } finally {
      const stopped = await sagebrush(env, "stop");
      await rm(home, { recursive: true, force: true });
      expect(stopped.stdout).toBe("Sagebrush has stopped.\n");
    }
  });

  test("Ctrl-C during the main job stops what it has started", async () => {
    const home = await mkdtemp(join(tmpdir(), "sagebrush-quickstart-"));
    const env = { ...process.env, SAGEBRUSH_HOME: home, TERM: "xterm" };
    try {
      const { code, stdout } = await run(env, "Train     breast-cancer-");
      expect({ code, stdout }).toEqual({ code: 130, stdout: expect.stringContaining("Sagebrush has stopped.") });
      expect((await sagebrush(env, "status")).stdout).toBe(`No server holds ${home}.\n`);
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  });
});

test("without bubblewrap and unshare on the PATH it says that jobs have no sandbox, and goes on", async () => {
  const home = await mkdtemp(join(tmpdir(), "sagebrush-quickstart-"));
  const PATH = await pathWithout("bwrap", "unshare");
  const options = { cwd: root, env: { ...process.env, SAGEBRUSH_HOME: home, PATH } };
  try {
    const { code, stdout, stderr } = await runProgram(process.execPath, [quickstart], options);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^Warning: jobs run without a sandbox.*\n$/),
    });
    expect(stdout).toMatch(/From a CSV to predictions in \d+ s: accuracy /);
  } finally {
    await rm(PATH, { recursive: true });
    await rm(home, { recursive: true, force: true });
  }
});

test("where the default port is taken it uses a free one, and says so in the lines to repeat", async () => {
  const home = await mkdtemp(join(tmpdir(), "sagebrush-quickstart-"));
  const options = { cwd: root, env: { ...process.env, SAGEBRUSH_HOME: home } };
  // A port that is taken already serves as well.
  const other = createServer().listen(4620, "127.0.0.1");
  await Promise.race([once(other, "listening"), once(other, "error")]).catch(() => {});
  try {
    const { code, stdout, stderr } = await runProgram(process.execPath, [quickstart], options);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/Sagebrush is ready at http:\/\/127\.0\.0\.1:(?!4620\n)\d+\n/);
    expect(stdout).toMatch(/To go on by hand[\s\S]+start --detach --port 0\n {2}eval/);
  } finally {
    other.close();
    await rm(home, { recursive: true, force: true });
  }
});

test("a port that the user has chosen is taken, and none is named in the lines to repeat", async () => {
  const home = await mkdtemp(join(tmpdir(), "sagebrush-quickstart-"));
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  const environment = { SAGEBRUSH_HOME: home, SAGEBRUSH_PORT: String(port) };
  try {
    const options = { cwd: root, env: { ...process.env, ...environment } };
    const { code, stdout, stderr } = await runProgram(process.execPath, [quickstart], options);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(`Sagebrush is ready at http://127.0.0.1:${port}\n`);
    expect(stdout).toMatch(/To go on by hand[\s\S]+start --detach\n {2}eval/);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});
