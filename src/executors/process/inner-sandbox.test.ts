import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { sandboxes } from "./process-executor.fixture.ts";
import { isolation, ownSystem, systemFolders } from "./sandbox.ts";

// Whether the executor gives these options to inner sandboxes is for the probe to say, which tries them in one.
it.for(sandboxes)("a command in a sandbox that is closed makes no user namespace: $title", ({ probe }, context) => {
  if (!probe.works) return context.skip(probe.reason);
  if (!probe.closes) return context.skip("root's /proc/sys is read-only in a sandbox of bubblewrap");
  const ask = (options: readonly string[]): string => {
    const words = [...isolation, ...options, ...systemFolders(), ...ownSystem(), "--"];
    const [program, ...rest] = [...probe.maker, ...words, "/bin/sh", "-c", "unshare --user true 2>&1; echo $?"];
    return execFileSync(program!, rest, { encoding: "utf8" }).trim();
  };
  expect(ask([])).toBe("0");
  expect(ask(probe.closes)).toMatch(/No space left on device\n1$/);
});
