import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { findProgram } from "../../executors/process/machine-needs.ts";
import { createApp } from "../app.ts";
import { StartFailure } from "../home/start-failure.ts";
import { partList } from "../parts/part-list.ts";
import { readSettings } from "../settings/settings.ts";
import { type Checkup, type Finding, findingsOf } from "./checkup.ts";

let folder: string;
let home: string;
/** What jobs need, and no Python: to ask every Python of a machine takes a second. */
let programs: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sagebrush-checkup-"));
  home = join(folder, "home");
  programs = join(folder, "programs");
  mkdirSync(programs);
  for (const name of ["mkfifo", "ps"]) {
    const program = findProgram(name);
    if (program) symlinkSync(program, join(programs, name));
  }
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function all(findings: AsyncIterable<Finding>): Promise<Finding[]> {
  const found: Finding[] = [];
  for await (const finding of findings) found.push(finding);
  return found;
}

const settings = (flags = {}) => readSettings({ home, port: 0, ...flags }, {});

async function checkup(flags = {}, more: Partial<Checkup> = {}): Promise<Finding[]> {
  const asked = { settings: settings(flags), environment: { PATH: programs }, held: false, ...more };
  return all(findingsOf(partList.checks, asked));
}
const wrong = (findings: Finding[]) => findings.filter(({ mark }) => mark === "wrong");

/** A home on which a server has been. */
async function useHome(): Promise<void> {
  const app = await createApp(settings());
  await app.start();
  await app.close();
}

const wholePath = { environment: { PATH: process.env.PATH } };

it("finds nothing wrong before the first start, and makes nothing", async () => {
  const findings = await checkup({}, wholePath);
  expect(findings.map(({ title }) => title)).toEqual(["Home", "Disk", "Python", "Java", "Programs", "Sandbox", "Port"]);
  expect(wrong(findings)).toEqual([]);
  expect(readdirSync(folder)).toEqual(["programs"]);
});

it("finds nothing wrong on a home, held by a server or not, and changes nothing", async () => {
  const app = await createApp(settings());
  const { url } = await app.start();
  const server = { pid: process.pid, started: 0, host: "127.0.0.1", port: 1, url, version: "" };
  const held = await checkup({}, { held: true, server });
  expect(held.map(({ title }) => title)).toEqual([
    "Home",
    "Disk",
    "Objects",
    "Resources",
    "Python",
    "Java",
    "Programs",
    "Sandbox",
  ]);
  expect(wrong(held)).toEqual([]);
  await app.close();
  // SQLite leaves an empty log and its index beside a database that it has only read.
  const listed = () => readdirSync(home).filter((name) => !/-(wal|shm)$/.test(name));
  const before = listed();
  const free = await checkup({}, wholePath);
  expect(free.map(({ title }) => title)).toEqual([
    "Home",
    "Disk",
    "Objects",
    "Resources",
    "Python",
    "Java",
    "Programs",
    "Sandbox",
    "Port",
  ]);
  expect(wrong(free)).toEqual([]);
  expect(listed()).toEqual(before);
  expect(statSync(join(home, "resources.sqlite-wal")).size).toBe(0);
});

it.each<[string, Partial<Record<"account" | "adminKeyFile", string>>, () => void, string, RegExp]>([
  ["a newer format", {}, () => writeFileSync(join(home, "format"), "999\n"), "has format 999", /^Start a newer/],
  ["another account", { account: "210987654321" }, () => {}, "belongs to account 123456789012", /^Start it without/],
  ["keys for all to see", {}, () => chmodSync(join(home, "keys"), 0o644), "can be read by others", /^Run: chmod 600 /],
  ["a damaged secret", {}, () => writeFileSync(join(home, "run-secret"), "x"), "run-secret is damaged", /^Remove it/],
  ["a key file that is missing", { adminKeyFile: "/none" }, () => {}, "cannot be read from /none", /^$/],
  ["no home", {}, () => rmSync(join(home, "format")), "not a home of Sagebrush", /^Give another --home/],
])("says of the home: %s", async (_, flags, harm, words, fix) => {
  await useHome();
  harm();
  const [finding, ...others] = wrong(await checkup(flags));
  expect(finding).toMatchObject({ title: "Home", words: expect.stringContaining(words) });
  expect(finding!.fix ?? "").toMatch(fix);
  expect(others).toEqual([]);
});

it("says of the home that an upgrade is not finished", async () => {
  await useHome();
  mkdirSync(`${home}.format-1`);
  writeFileSync(join(home, "upgrade.json"), JSON.stringify({ from: 1, copy: "home.format-1", reached: 1 }));
  const findings = await checkup();
  expect(findings.map(({ title }) => title).slice(0, 3)).toEqual(["Home", "Upgrade", "Disk"]);
  expect(findings[1]).toMatchObject({ mark: "note", fix: expect.stringMatching(/^The next start finishes it/) });
});

it.each([
  ["Resources", "resources.sqlite"],
  ["Objects", "objects/index.sqlite"],
])("names the damaged database of %s, and what to do", async (title, file) => {
  await useHome();
  writeFileSync(join(home, file), "no database, but longer than the header of one".repeat(50));
  expect(wrong(await checkup())).toEqual([
    {
      title,
      mark: "wrong",
      words: expect.stringContaining(`${join(home, file)} is damaged: `),
      fix: expect.stringContaining("put back a copy of the home"),
    },
  ]);
});

it("says that the port is in use, and how to see by what", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as { port: number };
  const findings = wrong(await checkup({ port }));
  other.close();
  expect(findings).toEqual([
    {
      title: "Port",
      mark: "wrong",
      words: `Port ${port} on 127.0.0.1 is in use by another program`,
      fix: expect.stringMatching(/^Give another with --port N.*ss -ltnp 'sport = :\d+'$/),
    },
  ]);
});

it("names each program that jobs need and the PATH has not", async () => {
  const findings = wrong(await checkup({}, { environment: { PATH: folder } }));
  expect(findings).toEqual([
    {
      title: "Programs",
      mark: "wrong",
      words: expect.stringMatching(/^no job can run: mkfifo is not on the PATH: it makes/),
      fix: expect.stringMatching(/coreutils.*PATH/),
    },
  ]);
});

it("says that scripts have no Python", async () => {
  const findings = await checkup({}, { environment: { PATH: folder } });
  expect(findings.find(({ title }) => title === "Python")).toEqual({
    title: "Python",
    mark: "note",
    words: expect.stringMatching(/^training scripts cannot run: there is neither Python .* nor uv/),
    fix: expect.stringContaining("PATH"),
  });
});

it("goes on after a check that fails by itself", async () => {
  const checks = [
    { name: "first", check: () => Promise.reject(new Error("no such thing. Or so")) },
    { name: "second", check: () => Promise.reject(new StartFailure("A is wrong. Do B.")) },
    { name: "third", check: () => [{ title: "Third", words: "well" }] },
  ];
  const asked = { settings: settings(), environment: { PATH: process.env.PATH }, held: false };
  expect(await all(findingsOf(checks, asked))).toEqual([
    { title: "first", words: "no such thing. Or so", mark: "wrong" },
    { title: "second", words: "A is wrong", mark: "wrong", fix: "Do B." },
    { title: "Third", words: "well" },
  ]);
});
