import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openHome } from "./home.ts";
import { isHeld, readServerRecord } from "./lock.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sagebrush-home-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const record = { pid: 4711, started: 0, host: "127.0.0.1", port: 1, url: "http://127.0.0.1:1", version: "0.1.0" };

describe("the lock", () => {
  it("names the server that holds the home, and is released", async () => {
    const home = await openHome(folder);
    home.lock.publish(record);
    expect(isHeld(folder)).toBe(true);
    await expect(openHome(folder)).rejects.toThrow(
      /is held by a Sagebrush server \(process 4711, http:\/\/127.0.0.1:1\)/,
    );
    home.lock.release();
    expect(isHeld(folder)).toBe(false);
    expect(readServerRecord(folder)).toBeUndefined();
    (await openHome(folder)).lock.release();
  });

  it("names a home with blanks so that the line can be copied", async () => {
    const path = join(folder, "it's mine");
    const home = await openHome(path);
    await expect(openHome(path)).rejects.toThrow(`bin/sagebrush stop --home '${folder}/it'\\''s mine'`);
    home.lock.release();
  });

  it("is taken although another process is looking at it", async () => {
    (await openHome(folder)).lock.release();
    const program = `const lock = new (require("better-sqlite3"))("lock.sqlite");
      lock.exec("BEGIN EXCLUSIVE"); console.log("held"); setTimeout(() => lock.close(), 50);`;
    const require = createRequire(import.meta.url);
    const text = program.replace('"better-sqlite3"', JSON.stringify(require.resolve("better-sqlite3")));
    const other = spawn(process.execPath, ["-e", text], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
    await once(other.stdout, "data");
    (await openHome(folder)).lock.release();
    await once(other, "close");
  });
});

describe("keys", () => {
  it("are random, readable by their owner only, and kept", async () => {
    const first = await openHome(folder);
    first.lock.release();
    const again = await openHome(folder);
    again.lock.release();
    expect(again.administratorKey).toEqual(first.administratorKey);
    expect(again.runSecret).toBe(first.runSecret);
    expect(first.administratorKey.accessKeyId).toMatch(/^SBAK[A-Z2-7]{16}$/);
    expect(first.administratorKey.secret).toHaveLength(40);
    for (const file of ["keys", "run-secret"]) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, "keys"), "utf8")).toBe(
      `${first.administratorKey.accessKeyId}:${first.administratorKey.secret}\n`,
    );
  });

  it("are never derived from an empty secret: one that a full disk cut off is refused", async () => {
    (await openHome(folder)).lock.release();
    writeFileSync(join(folder, "run-secret"), "");
    await expect(openHome(folder)).rejects.toThrow(/run-secret is damaged\. Remove it and start again/);
    rmSync(join(folder, "run-secret"));
    (await openHome(folder)).lock.release();
  });

  it("come from a file when one is given, and only a well-formed one", async () => {
    const file = join(folder, "given");
    const home = join(folder, "home");
    writeFileSync(file, "FOOBARKEY:FOOBARSECRET\n");
    const { administratorKey, lock } = await openHome(home, { adminKeyFile: file });
    lock.release();
    expect(administratorKey).toEqual({ accessKeyId: "FOOBARKEY", secret: "FOOBARSECRET" });
    for (const content of ["", "ID SECRET", "ID:short", "SBRNTAKEN:long-enough"]) {
      writeFileSync(file, content);
      await expect(openHome(home, { adminKeyFile: file })).rejects.toThrow(file);
      expect(isHeld(home)).toBe(false);
    }
    await expect(openHome(home, { adminKeyFile: join(folder, "absent") })).rejects.toThrow(
      /cannot be read from .*absent/,
    );
  });
});

it("takes a folder in which Python environments were made before its first start", async () => {
  mkdirSync(join(folder, "environments", "base-python"), { recursive: true });
  const home = await openHome(folder);
  expect(existsSync(join(folder, "environments", "base-python"))).toBe(true);
  home.lock.release();
});

describe("refused homes", () => {
  it("of a newer format, of none, and of a damaged one", async () => {
    writeFileSync(join(folder, "format"), "999\n");
    await expect(openHome(folder)).rejects.toThrow(/has format 999; this version of Sagebrush reads up to \d+\./);
    writeFileSync(join(folder, "format"), "what\n");
    await expect(openHome(folder)).rejects.toThrow(/"what" where the number of a format belongs/);
    rmSync(join(folder, "format"));
    mkdirSync(join(folder, "photos"));
    await expect(openHome(folder)).rejects.toThrow(/is not empty and not a home of Sagebrush.*photos/);
    expect(isHeld(folder)).toBe(false);
  });

  it("that are not folders", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    await expect(openHome(file)).rejects.toThrow(/is not a folder. Give another --home/);
    await expect(openHome(join(file, "below"))).rejects.toThrow(/is not a folder. Give another --home/);
  });

  it.runIf(existsSync("/proc/self"))("that cannot be made although the folder above is there", async () => {
    await expect(openHome("/proc/sagebrush/home")).rejects.toThrow(/cannot be made.*Give another --home/);
  });
});

describe("the account", () => {
  it("is the one of the first start, whatever a later one leaves out", async () => {
    for (const given of [{ account: "210987654321" }, {}, { account: "210987654321" }]) {
      const home = await openHome(folder, given);
      expect(home.account).toBe("210987654321");
      home.lock.release();
    }
    await expect(openHome(folder, { account: "123456789012" })).rejects.toThrow(
      /belongs to account 210987654321, not 1234/,
    );
  });

  it("is the default when none is given, and a damaged one is refused", async () => {
    const home = await openHome(folder);
    expect(home.account).toBe("123456789012");
    home.lock.release();
    writeFileSync(join(folder, "account"), "12");
    await expect(openHome(folder)).rejects.toThrow(/account holds "12" where the twelve digits/);
  });
});
