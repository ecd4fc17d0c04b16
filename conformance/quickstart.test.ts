import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pathWithout } from "./path-without.ts";
import { runProgram } from "./program.ts";
import { root } from "./server.ts";

/** Runs a command in a terminal, presses Ctrl-C when it says that it waits for it, and exits as the command does. */
const inTerminal = `
import os, pty, subprocess, sys
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
text = b""
while True:
    try:
        text += os.read(terminal, 65536)
    except OSError:
        break
    if b"To stop them: press Ctrl-C" in text and b"Pressed" not in text:
        status = subprocess.run([sys.argv[1], "bin/sagebrush", "status"], capture_output=True, text=True)
        text += b"\\nPressed while: " + status.stdout.encode()
        os.write(terminal, b"\\x03")
sys.stdout.buffer.write(text)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
`;

test("in a terminal the quickstart shows progress, stays up until Ctrl-C and then stops everything", async (context) => {
  const python = join(root, ".venv-v2", "bin", "python");
  if (!existsSync(python) && !process.env.CI) context.skip(".venv-v2 is missing; npm test installs it");
  const home = await mkdtemp(join(tmpdir(), "sagebrush-quickstart-"));
  const options = { cwd: root, env: { ...process.env, SAGEBRUSH_HOME: home, TERM: "xterm" } };
  try {
    const words = ["-c", inTerminal, process.execPath, join(root, "tools", "setup.mjs"), "quickstart"];
    const { code, stdout } = await runProgram(python, words, options);
    expect(stdout).toMatch(/Training {5}\[[= ]{20}\]/);
    expect(stdout).toMatch(/From a CSV to predictions in \d+ s: accuracy [\s\S]+To stop them: press Ctrl-C/);
    expect(stdout).toMatch(/Pressed while: Sagebrush \S+ is ready at http/);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("Sagebrush has stopped.") });
    const status = await runProgram(process.execPath, [join(root, "bin", "sagebrush"), "status"], options);
    expect(status.stdout).toBe(`No server holds ${home}.\n`);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});

test("without bubblewrap and unshare on the PATH it says that jobs have no sandbox, and goes on", async () => {
  const home = await mkdtemp(join(tmpdir(), "sagebrush-quickstart-"));
  const PATH = await pathWithout("bwrap", "unshare");
  const options = { cwd: root, env: { ...process.env, SAGEBRUSH_HOME: home, PATH } };
  try {
    const words = [join(root, "tools", "setup.mjs"), "quickstart"];
    const { code, stdout, stderr } = await runProgram(process.execPath, words, options);
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
    const words = [join(root, "tools", "setup.mjs"), "quickstart"];
    const { code, stdout, stderr } = await runProgram(process.execPath, words, options);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/Sagebrush is ready at http:\/\/127\.0\.0\.1:(?!4620\n)\d+\n/);
    expect(stdout).toMatch(/To repeat it by hand[\s\S]+start --detach --port 0\n {2}eval/);
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
    const words = [join(root, "tools", "setup.mjs"), "quickstart"];
    const options = { cwd: root, env: { ...process.env, ...environment } };
    const { code, stdout, stderr } = await runProgram(process.execPath, words, options);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(`Sagebrush is ready at http://127.0.0.1:${port}\n`);
    expect(stdout).toMatch(/To repeat it by hand[\s\S]+start --detach\n {2}eval/);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});
