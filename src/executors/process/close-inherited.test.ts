import { execFileSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

it.runIf(process.platform === "linux")("hands on nothing that the process was started with", () => {
  const secret = openSync(import.meta.filename, "r");
  try {
    // Node looks after the low numbers itself.
    const stdio = [
      "ignore",
      "pipe",
      "inherit",
      ...Array.from({ length: 38 }, () => "ignore" as const),
      secret,
    ] as const;
    const program = `
      const { spawnSync } = require("node:child_process");
      const has = () => spawnSync("sh", ["-c", "test -e /proc/self/fd/41; echo $?"], { encoding: "utf8" }).stdout.trim();
      const before = has();
      import(${JSON.stringify(join(import.meta.dirname, "close-inherited.ts"))}).then(({ closeInherited }) => {
        closeInherited();
        console.log(before, has(), require("node:fs").readFileSync("/proc/self/stat").length > 0);
      });`;
    const said = execFileSync(process.execPath, ["-e", program], { stdio: [...stdio], encoding: "utf8" });
    expect(said.trim()).toBe("0 1 true");
  } finally {
    closeSync(secret);
  }
});
