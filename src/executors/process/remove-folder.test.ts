import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { removeFolder } from "./remove-folder.ts";

it("removes what is there, however deep, and takes what is not there as removed", async () => {
  const place = mkdtempSync(join(tmpdir(), "remove-folder-"));
  const folder = join(place, "run");
  mkdirSync(join(folder, "a/b"), { recursive: true });
  writeFileSync(join(folder, "a/b/file"), "x");
  await removeFolder(folder);
  expect(existsSync(folder)).toBe(false);

  mkdirSync(folder);
  // A shell enters each folder by its name: no path is long enough for the last.
  const name = "d".repeat(200);
  execFileSync("sh", ["-c", `for i in $(seq 60); do mkdir side ${name}; cd -P ${name}; echo x > file; done`], {
    cwd: folder,
  });
  await removeFolder(folder);
  expect(existsSync(folder)).toBe(false);
  await removeFolder(folder);
  rmdirSync(place);
});

/** Root reads everything, so the case runs as somebody else. */
const asNobody = process.getuid?.() === 0 ? ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"] : [];

it.skipIf(asNobody.length > 0 && spawnSync("setpriv", ["--version"]).error)(
  "removes folders that their owner may not read, enter or write to",
  () => {
    const place = mkdtempSync(join(tmpdir(), "remove-folder-"));
    chmodSync(place, 0o777);
    const shell = `mkdir -p run/shut/in run/kept/in run/entered; touch run/shut/in/f run/kept/f run/kept/in/f run/entered/f
      chmod 0555 run/kept run/kept/in; chmod 0000 run/shut; chmod 0600 run/entered`;
    const program = `import { removeFolder } from ${JSON.stringify(join(import.meta.dirname, "remove-folder.ts"))};
      await removeFolder(${JSON.stringify(join(place, "run"))});`;
    const run = (...command: string[]) => {
      const [first, ...rest] = [...asNobody, ...command];
      const { status, stderr } = spawnSync(first!, rest, { cwd: place, encoding: "utf8" });
      expect(status, stderr).toBe(0);
    };
    run("sh", "-ec", shell);
    run(process.execPath, "--input-type=module", "--eval", program);
    rmdirSync(place);
  },
);
