import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { spreadFolders } from "./spread-folders.ts";

it("marks a folder where the file system can, and leaves it as it is where it cannot", async () => {
  const [here, memory] = [tmpdir(), "/dev/shm"].map((place) => mkdtempSync(join(place, "spread-"))) as [string, string];
  onTestFinished(() => {
    for (const folder of [here, memory]) rmSync(folder, { recursive: true });
  });
  for (const folder of [here, memory]) await spreadFolders(folder);
  await spreadFolders(here, "/no/such/place");
  if (execFileSync("stat", ["-f", "-c", "%T", here], { encoding: "utf8" }).trim() !== "ext2/ext3") return;
  expect(execFileSync("lsattr", ["-d", here], { encoding: "utf8" }).split(" ")[0]).toContain("T");
});
