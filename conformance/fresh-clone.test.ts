import { execFileSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { expect, test } from "vitest";
import { runProgram } from "./program.ts";
import { root } from "./server.ts";

/** All a machine has: Node, npm, a shell and the core utilities. No compiler, no Python, no AWS client, no bubblewrap. */
const coreUtilities =
  "basename cat chmod cp cut date dirname env head id ln ls mkdir mkfifo mktemp mv readlink rm sleep sort tail touch tr uname wc";
const programs = ["node", "npm", "sh", ...coreUtilities.split(" ")];

/** Where a program is on the PATH of this machine, without the folders that npm puts before it. */
function find(program: string): string {
  const path = process.env.PATH!.split(delimiter).filter((folder) => !folder.includes("node_modules"));
  const words = ["-c", `command -v ${program}`];
  return execFileSync("/bin/sh", words, { env: { PATH: path.join(delimiter) }, encoding: "utf8" }).trim();
}

test("npm run quickstart works at the first try on a fresh clone with nothing but Node and npm", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sagebrush-clone-"));
  const [clone, bin, home] = ["clone", "bin", "home"].map((name) => join(folder, name)) as [string, string, string];
  try {
    const tracked = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" })
      .split("\0")
      .filter(Boolean);
    for (const file of tracked) {
      await mkdir(dirname(join(clone, file)), { recursive: true });
      await cp(join(root, file), join(clone, file));
    }
    for (const path of [bin, home]) await mkdir(path);
    for (const program of programs) await symlink(await realpath(find(program)), join(bin, program));

    const kept = ["NODE_EXTRA_CA_CERTS", "npm_config_registry", "npm_config_cache"];
    const environment = Object.fromEntries(
      kept.filter((name) => process.env[name]).map((name) => [name, process.env[name]]),
    );
    const words = ["run", "quickstart"];
    const options = { cwd: clone, env: { ...environment, PATH: bin, HOME: home } };
    const { code, stdout, stderr } = await runProgram(join(bin, "npm"), words, options);

    // bubblewrap is none of the programs, so jobs run without a sandbox, and it says so.
    const warning = /^(Warning: jobs run without a sandbox, .* Run: apt-get install bubblewrap\n)?$/;
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(warning) });
    expect(stdout).toMatch(/accuracy 0\.9\d\d, AUC/);
    expect(stdout).toMatch(/To go on by hand[\s\S]+start --detach(?: --port 0)?\n {2}eval/);
    expect(stdout).not.toMatch(/npm warn|EBADENGINE/i);
    // npm leaves no change that `git status` would show.
    const lock = await readFile(join(root, "package-lock.json"), "utf8");
    expect(await readFile(join(clone, "package-lock.json"), "utf8")).toBe(lock);
    // The quickstart has stopped everything.
    const status = await runProgram(process.execPath, [join(clone, "bin", "sagebrush"), "status"], options);
    expect(status).toMatchObject({ code: 1, stdout: expect.stringContaining("No server holds") });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
