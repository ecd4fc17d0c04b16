import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { pathWithout } from "./path-without.ts";
import { runProgram } from "./program.ts";
import { refusesScripts } from "./refuses-scripts.ts";
import { createTestServer, root, useServer } from "./server.ts";

const launcher = join(root, "bin", "sagebrush");

/** Runs bin/sagebrush without a server of the harness. */
const sagebrush = (words: readonly string[], environment: NodeJS.ProcessEnv = {}) =>
  runProgram(process.execPath, [launcher, ...words], { env: { ...process.env, ...environment } });

describe("with a running server", () => {
  const server = useServer();

  test("a second start on the same home says who holds it", async () => {
    const second = await server.sagebrush("start", "--port", "0");
    expect(second.code).not.toBe(0);
    expect(second.stderr).toContain(`process ${server.pid}, ${server.url}`);
  });

  test("status names address, home and process, and what runs", async () => {
    const { code, stdout } = await server.sagebrush("status", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      url: server.url,
      home: server.home,
      pid: server.pid,
      running: [],
      ended: [],
    });
    expect((await server.sagebrush("status")).stdout).toContain("Nothing runs.");
  });

  test("only the owner can read the key, and no other address than loopback is bound", async () => {
    expect((await stat(join(server.home, "keys"))).mode & 0o777).toBe(0o600);
    expect(new URL(server.url).hostname).toBe("127.0.0.1");
  });

  test("a shell that evaluates env reaches the server", async () => {
    const lines = 'eval "$("$0" "$1" env --home "$2")" && env | grep ^AWS_';
    const words = ["-c", lines, process.execPath, launcher, server.home];
    const { stdout } = await runProgram("sh", words, { env: { ...process.env, AWS_PROFILE: "work" } });
    const [id] = (await readFile(join(server.home, "keys"), "utf8")).split(":");
    expect(stdout.split("\n")).toEqual(
      expect.arrayContaining([`AWS_ENDPOINT_URL=${server.url}`, `AWS_ACCESS_KEY_ID=${id}`]),
    );
    expect(stdout).not.toContain("AWS_PROFILE");
  });

  test("exec gives the command's exit code, and 127 when there is no such command", async () => {
    expect((await server.sagebrush("exec", "--", "sh", "-c", "exit 7")).code).toBe(7);
    const missing = await server.sagebrush("exec", "--", "no-such-command");
    expect(missing).toMatchObject({ code: 127, stderr: expect.stringContaining("no-such-command") });
  });

  test("reset needs --yes; then the home is empty and the keys are the same", async () => {
    const s3 = new S3Client(server.clientOptions);
    await s3.send(new CreateBucketCommand({ Bucket: "to-be-emptied" }));
    expect((await server.sagebrush("reset")).code).toBe(2);
    const names = async () => (await s3.send(new ListBucketsCommand())).Buckets?.map(({ Name }) => Name) ?? [];
    expect(await names()).toContain("to-be-emptied");
    expect((await server.sagebrush("reset", "--yes")).code).toBe(0);
    expect(await names()).not.toContain("to-be-emptied");
  });

  test("doctor finds nothing wrong", async () => {
    const { code, stdout } = await server.sagebrush("doctor");
    expect(stdout).toMatch(new RegExp(`^ok +Server +${server.url}, process ${server.pid}$`, "m"));
    expect(stdout).toMatch(/^ok +Resources .* is sound/m);
    expect({ code, stdout }).toMatchObject({ code: 0 });
  });

  test("doctor says that the server does not answer, and what to do when it is stuck", async () => {
    process.kill(server.pid, "SIGSTOP");
    try {
      const { code, stdout } = await server.sagebrush("doctor");
      expect(code).toBe(1);
      expect(stdout).toMatch(new RegExp(`^wrong +Server .*process ${server.pid}.* does not answer`, "m"));
      expect(stdout).toContain(`kill -9 ${server.pid}; bin/sagebrush start --detach --home ${server.home}`);
    } finally {
      process.kill(server.pid, "SIGCONT");
    }
  });
});

describe("doctor without a server", () => {
  let folder: string;
  let home: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sagebrush-doctor-"));
    home = join(folder, "home");
  });
  afterEach(() => rm(folder, { recursive: true }));

  test("finds nothing wrong before the first start, and makes nothing", async () => {
    const { code, stdout } = await sagebrush(["doctor", "--home", home], { SAGEBRUSH_PORT: "0" });
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining("none holds the home") });
    expect(await readdir(folder)).toEqual([]);
  });

  test("names what this user cannot write, and the command that mends it", async () => {
    await mkdir(join(home, "journals"), { recursive: true });
    await writeFile(join(home, "format"), "2\n");
    await chmod(join(home, "journals"), 0o500);
    await chmod(folder, 0o755);
    // Root may write everything, so root asks as somebody else.
    const isRoot = process.getuid?.() === 0;
    const user = isRoot ? 65_534 : process.getuid!();
    const { code, stdout } = await runProgram(process.execPath, [launcher, "doctor", "--home", home], {
      env: { ...process.env, SAGEBRUSH_PORT: "0" },
      ...(isRoot && { uid: user, gid: user }),
    });
    expect({ code, stdout }).toMatchObject({ code: 1 });
    expect(stdout).toMatch(/^wrong +Home .* cannot be read and written by this user/m);
    expect(stdout).toContain(`Run: sudo chown -R ${user} ${home}`);
  });
});

test.each([["in front"], ["behind", "--detach"]])(
  "a start %s that is refused for a taken port leaves no home",
  async (_, ...words) => {
    const folder = await mkdtemp(join(tmpdir(), "sagebrush-taken-"));
    const other = createServer().listen(0, "127.0.0.1");
    try {
      await once(other, "listening");
      const { port } = other.address() as AddressInfo;
      const home = join(folder, "home");
      const { code, stderr } = await sagebrush(["start", ...words, "--home", home, "--port", String(port)]);
      expect({ code, stderr }).toMatchObject({ code: 4, stderr: expect.stringContaining(`Port ${port} on `) });
      expect(await readdir(folder)).toEqual([]);
    } finally {
      other.close();
      await rm(folder, { recursive: true });
    }
  },
);

test("start --detach returns when the server is ready; stop ends it", async () => {
  const server = await createTestServer();
  try {
    const started = await server.sagebrush("start", "--detach", "--port", "0");
    expect(started).toMatchObject({
      stderr: "",
      stdout: expect.stringMatching(/^Sagebrush is ready at http:\/\/127\.0\.0\.1:\d+$/m),
    });
    expect((await server.sagebrush("status")).code).toBe(0);
    expect((await server.sagebrush("stop")).code).toBe(0);
    expect((await server.sagebrush("status")).code).toBe(1);
    expect((await server.sagebrush("stop")).stdout).toContain("No server holds");
  } finally {
    await server.sagebrush("stop");
    await server.close();
  }
});

describe("without bubblewrap and unshare on the PATH", () => {
  const warning = /Warning: jobs run without a sandbox, so their code can read the keys in \S+ \(bubblewrap is not/;

  let PATH: string;
  beforeAll(async () => {
    PATH = await pathWithout("bwrap", "unshare");
  });
  afterAll(() => rm(PATH, { recursive: true }));

  test("start, status and doctor warn, with the command that helps", async () => {
    const server = await createTestServer({ environment: { PATH } });
    try {
      await server.start();
      await expect.poll(() => server.output()).toMatch(warning);
      expect((await server.sagebrush("status")).stdout).toMatch(warning);
      const { warnings } = JSON.parse((await server.sagebrush("status", "--json")).stdout);
      expect(warnings).toEqual([
        expect.stringMatching(/\)\. (Run: .*install bubblewrap|.*-S bubblewrap|Install|Run Sage)/),
      ]);
      await refusesScripts(server);
      const doctor = await server.sagebrush("doctor");
      expect(doctor.stdout).toMatch(
        /^note +Sandbox +jobs run without one and can read the keys in .*not installed\n +\w/m,
      );
    } finally {
      await server.close();
    }
  });

  test("start --detach warns too", async () => {
    const server = await createTestServer({ environment: { PATH } });
    try {
      const started = await server.sagebrush("start", "--detach", "--port", "0");
      expect(started.stdout).toMatch(
        /^Sagebrush is ready at \S+\nStudio, signed in, once and for five minutes: \S+\n$/,
      );
      expect(started.stderr).toMatch(warning);
    } finally {
      await server.sagebrush("stop");
      await server.close();
    }
  });
});

test("a key and an account can be given", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sagebrush-key-"));
  const keyFile = join(folder, "key");
  await writeFile(keyFile, "EXAMPLEKEY:example-secret\n", { mode: 0o600 });
  const server = await createTestServer({ words: ["--admin-key-file", keyFile, "--account", "210987654321"] });
  try {
    await server.start();
    expect(server.clientOptions.credentials).toEqual({ accessKeyId: "EXAMPLEKEY", secretAccessKey: "example-secret" });
    const status = await server.sagebrush("status", "--json");
    expect(JSON.parse(status.stdout)).toMatchObject({ account: "210987654321" });
    await server.sagebrush("stop");
    const other = await server.sagebrush("start", "--port", "0", "--account", "123456789012");
    expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining("belongs to account 210987654321") });
  } finally {
    await server.close();
    await rm(folder, { recursive: true });
  }
});

describe("refused with a clear message", () => {
  const folders: string[] = [];
  const temporary = async () => {
    const folder = await mkdtemp(join(tmpdir(), "sagebrush-refused-"));
    folders.push(folder);
    return folder;
  };
  afterAll(async () => {
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });

  test("a port in use", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as { port: number };
    for (const detach of [[], ["--detach"]]) {
      const home = await temporary();
      const { code, stderr } = await sagebrush(["start", "--home", home, "--port", String(port), ...detach]);
      expect(code).not.toBe(0);
      expect(stderr).toContain(`Port ${port} on 127.0.0.1 is in use`);
    }
    other.close();
  });

  test("a home that is a file, and one that holds other things", async () => {
    const folder = await temporary();
    await writeFile(join(folder, "thesis.txt"), "");
    const file = await sagebrush(["start", "--home", join(folder, "thesis.txt"), "--port", "0"]);
    expect(file).toMatchObject({ code: 1, stderr: expect.stringContaining("is not a folder") });
    const strangers = await sagebrush(["start", "--home", folder, "--port", "0"]);
    expect(strangers).toMatchObject({ code: 1, stderr: expect.stringContaining("thesis.txt") });
  });

  test("a damaged database, and a home of a newer format", async () => {
    const damaged = await temporary();
    await writeFile(join(damaged, "format"), "1\n");
    await writeFile(join(damaged, "resources.sqlite"), "this is no database ".repeat(500));
    const first = await sagebrush(["start", "--home", damaged, "--port", "0"]);
    expect(first).toMatchObject({ code: 1, stderr: expect.stringContaining("damaged") });
    const newer = await temporary();
    await writeFile(join(newer, "format"), "999\n");
    const second = await sagebrush(["start", "--home", newer, "--port", "0"]);
    expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining("format 999") });
  });

  test("what the command line does not know", async () => {
    expect(await sagebrush(["begin"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("begin is no command"),
    });
    expect(await sagebrush(["start", "--prot", "1"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--prot"),
    });
    const home = await temporary();
    const port = await sagebrush(["start", "--home", home, "--port", "http"]);
    expect(port).toMatchObject({ code: 2, stderr: expect.stringContaining("0 to 65535") });
  });

  test("env, exec, status and reset without a server", async () => {
    const home = join(await temporary(), "none");
    for (const command of [["env"], ["exec", "--home", home, "--", "true"], ["reset", "--yes"], ["status"]]) {
      const { code, stdout, stderr } = await sagebrush(command, { SAGEBRUSH_HOME: home });
      expect({ command, code }).toEqual({ command, code: 1 });
      expect(stdout + stderr).toContain(`No server holds ${home}`);
    }
  });

  test("a launcher without the installed Node says what to run", async () => {
    const clone = await temporary();
    await mkdir(join(clone, "bin"));
    for (const name of ["sagebrush", "installed-node.mjs"]) {
      await writeFile(join(clone, "bin", name), await readFile(join(root, "bin", name)));
    }
    const result = await runProgram(process.execPath, [join(clone, "bin", "sagebrush"), "start"], {
      env: { ...process.env },
    });
    expect(result).toMatchObject({ code: 1, stderr: expect.stringContaining("npm run quickstart") });
  });
});
