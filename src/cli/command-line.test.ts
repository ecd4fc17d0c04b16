import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import packageFile from "../../package.json" with { type: "json" };
import { runCommandLine } from "./command-line.ts";

it.skipIf(!existsSync("/dev/full"))("a server goes on when its error output cannot be written", async () => {
  const home = mkdtempSync(join(tmpdir(), "sagebrush-mute-"));
  const full = openSync("/dev/full", "w");
  const start = () => {
    const words = [join(import.meta.dirname, "main.mjs"), "start", "--home", home, "--port", "0"];
    return spawn(process.execPath, words, { stdio: ["ignore", "pipe", full] });
  };
  const address = (server: ReturnType<typeof start>) =>
    new Promise<string>((resolve) => {
      let said = "";
      server.stdout!.on("data", (text) => {
        said += text;
        const url = /(http:\S+)\s/.exec(said)?.[1];
        if (url) resolve(url);
      });
    });
  const end = async (server: ReturnType<typeof start>) => {
    if (server.exitCode === null) server.kill();
    if (server.exitCode === null) await once(server, "exit");
    return server.exitCode;
  };
  const first = start();
  expect((await fetch(await address(first))).status).toBe(200);
  expect(await end(first)).toBe(0);
  // The server reports each of these folders: it cannot remove it as a run.
  for (const name of ["no run", "no run either", "nor this"]) mkdirSync(join(home, "runs", name));
  const second = start();
  expect((await fetch(await address(second))).status).toBe(200);
  expect(await end(second)).toBe(0);
  closeSync(full);
  rmSync(home, { recursive: true });
});

it.each([
  [["help", "start"], 0, "sagebrush start [OPTION...]"],
  [["help"], 0, "settings"],
  [["-h", "--home", "/tmp"], 0, "settings"],
  [["version"], 0, packageFile.version],
  [["strat"], 2, "strat is no command of sagebrush. Did you mean start?"],
  [["stat"], 2, "stat is no command of sagebrush. Did you mean status?"],
  [["help", "strat"], 2, "Did you mean start?"],
  [["env", "--shell", "csh"], 2, '--shell is "csh"; it must be one of posix, fish, powershell, json.'],
  [["settings"], 0, "SAGEBRUSH_PORT"],
])("%o is answered", async (words, exitCode, text) => {
  const said: string[] = [];
  const spies = (["log", "error"] as const).map((name) =>
    vi.spyOn(console, name).mockImplementation((line) => void said.push(String(line))),
  );
  expect(await runCommandLine(words)).toBe(exitCode);
  for (const spy of spies) spy.mockRestore();
  expect(said.join("\n")).toContain(text);
});
