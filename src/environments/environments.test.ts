import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { pathInside } from "./environment-plan.ts";
import { createEnvironments } from "./environments.ts";
import { findUv } from "./find-uv.ts";
import { lockBelow, lockFile, lockNamed, lockNames, lockText } from "./locks.ts";
import { packageAccess } from "./package-access.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "environments-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A program of a PATH of its own. */
function program(name: string, text: string): void {
  mkdirSync(join(folder, "bin"), { recursive: true });
  writeFileSync(join(folder, "bin", name), text);
  chmodSync(join(folder, "bin", name), 0o755);
}
const python = (version: string) =>
  `#!/bin/sh\necho '{"program": "${folder}/python/bin/python3", "version": "${version}", "prefix": "${folder}/python"}'\n`;
const environments = (more: Record<string, string> = {}, wheels = "") =>
  createEnvironments({
    folder: join(folder, "all"),
    wheels,
    environment: { PATH: `${join(folder, "bin")}:/none`, ...more },
  });

it("plans the Python that an image wishes, else another one that fits, with what a run is to see of the machine", async () => {
  program("python3.9", python("3.9.18"));
  program("python3", python("3.11.7"));
  program("uv", "\x7fELF");
  mkdirSync(`${folder}/python/bin`, { recursive: true });
  writeFileSync(`${folder}/python/bin/python3`, "a program that names no folder");
  const planned = await environments({ PIP_INDEX_URL: "http://index/simple" }).plan("scikit-learn-1.2", "3.11");
  expect(planned).toEqual({
    plan: {
      lock: "scikit-learn-1.2",
      folder: join(folder, "all"),
      python: { version: "3.11.7", program: `${folder}/python/bin/python3` },
      uv: join(folder, "bin", "uv"),
      access: { PIP_INDEX_URL: "http://index/simple" },
      inside: {
        [`${folder}/python`]: "/opt/sagebrush/python",
        [join(folder, "bin")]: "/opt/sagebrush/installer",
        [join(folder, "all")]: "/opt/sagebrush/environments",
      },
    },
    mounts: [
      { source: `${folder}/python`, target: `${folder}/python`, inside: "/opt/sagebrush/python" },
      { source: join(folder, "bin"), target: join(folder, "bin"), inside: "/opt/sagebrush/installer" },
      {
        ...{ source: join(folder, "all"), target: join(folder, "all"), writable: true },
        inside: "/opt/sagebrush/environments",
      },
    ],
  });
  expect(await environments().plan("scikit-learn-1.2")).toMatchObject({ plan: { python: { version: "3.9.18" } } });
  expect(await environments().plan("scikit-learn-1.4", "3.8")).toMatchObject({
    plan: { python: { version: "3.11.7" } },
  });
});

it("shows a Python at its own path where that is written into it", async () => {
  program("python3.11", python("3.11.7"));
  mkdirSync(`${folder}/python/bin`, { recursive: true });
  const planned = async () => (await environments().plan("scikit-learn-1.2")) as { mounts: readonly object[] };
  const [mount] = [{ source: `${folder}/python`, target: `${folder}/python` }];
  writeFileSync(`${folder}/python/bin/python3`, `\0${folder}/python/lib\0`);
  expect((await planned()).mounts[0]).toEqual(mount);
  writeFileSync(`${folder}/python/bin/python3`, "");
  expect((await planned()).mounts[0]).toEqual({ ...mount, inside: "/opt/sagebrush/python" });
  mkdirSync(`${folder}/python/conda-meta`);
  expect((await planned()).mounts[0]).toEqual(mount);
});

it("a path is seen where its nearest folder is", () => {
  const plan = { inside: { "/home/a": "/opt/a", "/home/a/b": "/opt/b" } };
  const paths = ["/home/a", "/home/a/b/c", "/home/abc", "--python", "/home/a/bc"];
  expect(paths.map((path) => pathInside(plan, path))).toEqual([
    "/opt/a",
    "/opt/b/c",
    "/home/abc",
    "--python",
    "/opt/a/bc",
  ]);
});

it("refuses where the folder of wheels is not there", async () => {
  program("python3.11", python("3.11.7"));
  const gone = join(folder, "no-wheels");
  expect(await environments({}, gone).plan("scikit-learn-1.2")).toEqual({
    refusal: `The folder of wheels ${gone} cannot be read by the user of the server (ENOENT). Make it, or name another by SAGEBRUSH_WHEELS.`,
  });
});

it("refuses where the folder of environments cannot be used", async () => {
  program("python3.11", python("3.11.7"));
  writeFileSync(join(folder, "all"), "");
  expect(await environments().plan("scikit-learn-1.2")).toEqual({
    refusal: expect.stringMatching(/^The folder of Python environments .* cannot be used .* \(EEXIST\)\./),
  });
});

it("leaves the Python to uv where none fits, and refuses where there is no uv either", async () => {
  program("python3", python("3.6.9"));
  program("python3.11", "#!/bin/sh\nexit 127\n");
  expect(await environments().plan("scikit-learn-1.2", "3.10")).toEqual({
    refusal: expect.stringMatching(
      /^The Python environment scikit-learn-1\.2 needs Python 3\.10, 3\.9 or 3\.11: there is none on the PATH/,
    ),
  });
  // What was not there may have been installed since.
  program("uv", "\x7fELF");
  expect(await environments().plan("scikit-learn-1.2", "3.10")).toMatchObject({
    plan: { python: { version: "3.10" } },
  });
});

it("takes no script for uv", async () => {
  program("uv", "#!/bin/sh\n");
  expect(await findUv(join(folder, "bin"))).toBeUndefined();
});

it("hands on how packages are reached, and nothing else of the server's environment", () => {
  const given = {
    PIP_INDEX_URL: "i",
    UV_CACHE_DIR: "c",
    https_proxy: "p",
    SSL_CERT_FILE: "s",
    AWS_SECRET_ACCESS_KEY: "k",
  };
  expect(packageAccess(given, undefined)).toEqual({ PIP_INDEX_URL: "i", https_proxy: "p", SSL_CERT_FILE: "s" });
  expect(packageAccess({}, "/wheels")).toMatchObject({ PIP_NO_INDEX: "1", UV_FIND_LINKS: "/wheels" });
});

it.each(lockNames)("the lock %s names every package once for each Python, with hashes", (name) => {
  const pinned = lockText(name).match(/^[a-z0-9._-]+==\S+( ; [^\\]+)?/gm)!;
  expect(new Set(pinned).size).toBe(pinned.length);
  const below = lockBelow(name);
  expect(lockText(below ?? name)).toMatch(/^pip==/m);
  if (below) expect(lockNamed(name).python).toEqual(lockNamed(below).python);
  expect(lockText(name).match(/--hash=sha256:[0-9a-f]{64}/g)!.length).toBeGreaterThanOrEqual(pinned.length);
  expect(lockNamed(name).mebibytes).toBeGreaterThan(10);
  expect(lockFile(name)).toMatch(/locks\/\S+\.txt$/);
});
