import { execFileSync, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, type TestContext, test } from "vitest";
import { runProgram } from "./program.ts";
import { recordProven } from "./proven.ts";
import type { PythonEnvironment } from "./python-clients.ts";
import { root, useServer } from "./server.ts";

/** Runs what the pages of docs/guide say, read from the pages: in a folder like that of Sagebrush, with a home of its own. */
const docs = join(root, "docs", "guide");

/** A fenced block of a page. A first line that is a comment with a file's name says where it is saved. */
interface Block {
  readonly language: string;
  readonly text: string;
  readonly file: string | undefined;
}

function blocksOf(page: string): Block[] {
  const text = readFileSync(join(docs, `${page}.md`), "utf8");
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language, text]) => ({
    language: language!,
    text: text!,
    file: /^(?:#|\/\/) ([\w./-]+\.\w+)\n/.exec(text!)?.[1],
  }));
}

let folder: string;
let environment: NodeJS.ProcessEnv;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sagebrush-guide-"));
  // Examples write beside themselves, and pages write where they are; neither is to touch the project.
  for (const name of readdirSync(root)) if (!name.startsWith(".git")) symlinkSync(join(root, name), join(folder, name));
  rmSync(join(folder, "examples"));
  execFileSync("cp", ["-r", join(root, "examples"), join(folder, "examples")]);
  environment = { ...process.env, HOME: folder, AWS_REGION: "us-west-2", SAGEBRUSH_PORT: "0", TMPDIR: folder };
  for (const name of Object.keys(environment))
    if (/^(AWS_(?!REGION)|SAGEBRUSH_HOME|PYTHONPATH)/.test(name)) delete environment[name];
});
afterEach(async () => {
  for (const home of [".sagebrush", "restored"]) {
    await runProgram(process.execPath, [join(root, "bin", "sagebrush"), "stop", "--home", join(folder, home)], {
      env: environment,
    });
    if (existsSync(join(folder, home))) await recordProven(join(folder, home));
  }
  rmSync(folder, { recursive: true, force: true });
});

const inFolder = (program: string, words: readonly string[], input = "") =>
  runProgram(program, words, { cwd: folder, env: environment, input });

/** Saves a page's files, then runs its shell blocks in order, each a part of one script that stops at what fails. */
async function follow(context: TestContext, page: string, python?: PythonEnvironment): Promise<string> {
  if (python) usePython(context, python);
  const blocks = blocksOf(page);
  for (const { file, text } of blocks) if (file) save(file, text);
  const script = blocks.filter(({ language }) => language === "sh").map(({ text }) => text);
  expect(script.length).toBeGreaterThan(0);
  const result = await inFolder("sh", ["-e", "-c", script.join("\n")]);
  expect(result, result.stderr + result.stdout).toMatchObject({ code: 0 });
  return result.stdout;
}

function save(file: string, text: string): void {
  mkdirSync(join(folder, file, ".."), { recursive: true });
  writeFileSync(join(folder, file), text);
}

function usePython(context: TestContext, name: PythonEnvironment): void {
  const bin = join(root, `.venv-${name}`, "bin");
  if (!existsSync(join(bin, "python"))) {
    const reason = `.venv-${name} is missing; npm test installs it`;
    if (process.env.CI) throw new Error(reason);
    context.skip(reason);
  }
  environment.PATH = bin + delimiter + environment.PATH;
}

/** The texts that a notebook's cells printed or gave, in order. */
function outputsOf(file: string): string[] {
  const { cells } = JSON.parse(readFileSync(file, "utf8"));
  type Output = { text?: string[]; data?: Record<string, string[]> };
  return cells.flatMap(({ outputs = [] }: { outputs?: Output[] }) =>
    outputs.map(({ text, data }) => (text ?? data?.["text/plain"] ?? []).join("")),
  );
}

test("notebooks: the example runs from its first cell to its last, started by exec", async (context) => {
  await follow(context, "notebooks", "notebook");
  const outputs = outputsOf(join(folder, "examples", "executed.ipynb"));
  expect(outputs[0]).toMatch(/^'http:\/\/127\.0\.0\.1:\d+'$/);
  expect(outputs[2]).toMatch(/^\('Completed',\s+None,\s+'s3:\/\/.*model\.tar\.gz'\)$/);
  expect(outputs.at(-2)).toMatch(/^accuracy 0\.9\d\d on 114 held-out rows\n$/);
  expect(outputs.at(-1)).toBe("deleted\n");
  // The example is kept without outputs.
  expect(outputsOf(join(root, "examples", "breast-cancer.ipynb"))).toEqual([]);

  const cell = blocksOf("notebooks").find(({ language }) => language === "python")!;
  const proof = `${cell.text}\nimport boto3\nprint(boto3.client("sts").get_caller_identity()["Arn"])`;
  const kernel = await inFolder("python", ["-c", proof]);
  expect(kernel).toMatchObject({ code: 0, stdout: expect.stringContaining(":assumed-role/SageMakerRole/") });
});

test("sagemaker-sdk: the example runs by exec, and with what exec sets", async (context) => {
  const output = await follow(context, "sagemaker-sdk", "v2");
  expect(output.match(/SageMaker SDK 2\.\S+: accuracy 0\.9\d\d on 114 held-out rows$/gm)).toHaveLength(2);
});

test("typescript: the program compiles and runs", async (context) => {
  expect(await follow(context, "typescript")).toMatch(/^probabilities of 0\.9 and 0\.1: \[ '0\.9\d+', '0\.0\d+' \]$/m);
  const { set } = JSON.parse((await inFolder("bin/sagebrush", ["env", "--shell", "json"])).stdout);
  Object.assign(environment, {
    MY_SAGEBRUSH: set.AWS_ENDPOINT_URL.replace("127.0.0.1", "localhost"),
    MY_KEY_ID: set.AWS_ACCESS_KEY_ID,
    MY_SECRET: set.AWS_SECRET_ACCESS_KEY,
  });
  expect(await inFolder(process.execPath, ["by-hand.ts"])).toMatchObject({
    stdout: expect.stringMatching(/^\d buckets\n$/),
    code: 0,
  });
  const options = "--noEmit --strict --target es2024 --module nodenext --skipLibCheck --types node".split(" ");
  const words = [join(root, "node_modules", ".bin", "tsc"), "--ignoreConfig", ...options, "train.ts", "by-hand.ts"];
  expect(await inFolder(process.execPath, words)).toEqual({ code: 0, stdout: "", stderr: "" });
});

test("ci: a server for one run, and the same lines in a workflow", async (context) => {
  await follow(context, "ci", "v2");
  const workflow = blocksOf("ci").find(({ language }) => language === "yaml")!.text;
  const lines = [...workflow.matchAll(/- run: (.+)/g)].map(([, line]) => line!);
  symlinkSync(root, join(folder, "sagebrush"));
  environment.SAGEBRUSH_HOME = join(folder, ".sagebrush");
  const ours = lines.filter((line) => line.startsWith("sagebrush/bin/sagebrush"));
  expect(ours).toHaveLength(2);
  for (const line of ours) {
    const result = await inFolder("sh", ["-c", line]);
    expect(result, result.stderr).toMatchObject({ code: 0 });
  }
  expect(lines.at(-1)).toBe("cat /tmp/sagebrush/server.log");
  expect(existsSync(join(folder, ".sagebrush", "server.log"))).toBe(true);
});

test("operation: a key is changed, a home is backed up and brought back", async (context) => {
  usePython(context, "v2");
  const start = await inFolder("bin/sagebrush", ["start", "--detach"]);
  expect(start.code).toBe(0);
  const before = JSON.parse((await inFolder("bin/sagebrush", ["env", "--shell", "json"])).stdout).set;
  const made = "aws sagemaker create-model-package-group --model-package-group-name kept";
  expect(await inFolder("sh", ["-c", `bin/sagebrush exec -- ${made}`])).toMatchObject({ code: 0 });
  const output = await follow(context, "operation", "v2");
  expect(output).toContain(":assumed-role/SageMakerRole/");
  expect(output).toContain('"TrainingJobSummaries": []');
  const after = JSON.parse((await inFolder("bin/sagebrush", ["env", "--shell", "json"])).stdout).set;
  expect(after.AWS_ACCESS_KEY_ID).toBe("TEAM2026");
  // The old key is refused, and what was made before is in both homes.
  const list = (more: string) =>
    inFolder("sh", ["-c", `${more} aws sagemaker list-model-package-groups --output text`]);
  const old = { ...before, AWS_ENDPOINT_URL: after.AWS_ENDPOINT_URL };
  const variables = Object.entries(old).map(([name, value]) => `${name}='${value}'`);
  expect(await list(variables.join(" "))).toMatchObject({
    stdout: "",
    stderr: expect.stringContaining("UnrecognizedClient"),
  });
  expect((await list("bin/sagebrush exec --")).stdout).toContain("kept");
  const restored = "--home restored";
  await inFolder("sh", ["-c", `bin/sagebrush start --detach ${restored}`]);
  expect((await list(`bin/sagebrush exec ${restored} --`)).stdout).toContain("kept");
});

test("operation: clients reach the server through nginx with TLS", async (context) => {
  if ((await runProgram("sh", ["-c", "command -v nginx && command -v openssl"])).code !== 0)
    context.skip("nginx or openssl is not installed");
  usePython(context, "v2");
  await inFolder("bin/sagebrush", ["start", "--detach"]);
  const { set } = JSON.parse((await inFolder("bin/sagebrush", ["env", "--shell", "json"])).stdout);
  const made = `openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost`;
  expect((await inFolder("sh", ["-c", made])).code).toBe(0);
  const socket = join(folder, "nginx.pid");
  const server = blocksOf("operation")
    .find(({ language }) => language === "nginx")!
    .text.replace("listen 443", "listen 127.0.0.1:8443")
    .replace("http://127.0.0.1:4620", set.AWS_ENDPOINT_URL);
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  save("nginx.conf", `pid ${socket};\nevents {}\nhttp {\naccess_log off;\n${paths.join("\n")}\n${server}\n}\n`);
  const nginx = spawn("nginx", ["-p", folder, "-c", join(folder, "nginx.conf"), "-e", "stderr", "-g", "daemon off;"]);
  try {
    await expect.poll(() => existsSync(socket), { timeout: 20_000 }).toBe(true);
    Object.assign(environment, set, {
      AWS_ENDPOINT_URL: "https://localhost:8443",
      AWS_CA_BUNDLE: join(folder, "cert.pem"),
    });
    const program = `
import boto3, os, ssl, urllib.request
s3, body = boto3.client("s3"), os.urandom(20 << 20)
s3.create_bucket(Bucket="tls", CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
s3.put_object(Bucket="tls", Key="a b+c/é", Body=body)
assert s3.get_object(Bucket="tls", Key="a b+c/é")["Body"].read() == body
trust = ssl.create_default_context(cafile=os.environ["AWS_CA_BUNDLE"])
link = s3.generate_presigned_url("get_object", Params={"Bucket": "tls", "Key": "a b+c/é"})
assert urllib.request.urlopen(link, context=trust).read() == body
assert boto3.client("sagemaker").list_endpoints()["Endpoints"] == []
page = urllib.request.urlopen("https://localhost:8443/", context=trust).read().decode()
assert "Running</h2>" not in page and "Use it" in page
`;
    const result = await inFolder("python", ["-c", program]);
    expect(result, result.stderr).toMatchObject({ code: 0 });
  } finally {
    nginx.kill();
  }
});

test("go: the page shows the program of examples/go as it is", () => {
  const shown = blocksOf("go").find(({ language }) => language === "go")!.text;
  expect(shown).toBe(readFileSync(join(root, "examples", "go", "main.go"), "utf8"));
});

test("every variable and command that the guide names is there", async () => {
  const pages = readdirSync(docs).map((file) => readFileSync(join(docs, file), "utf8"));
  const settings = readFileSync(join(root, "docs", "reference", "settings.md"), "utf8");
  const commands = readFileSync(join(root, "docs", "reference", "command-line.md"), "utf8");
  const named = new Set(pages.flatMap((page) => page.match(/\bSAGEBRUSH_[A-Z_]+\b/g) ?? []));
  // Of a workflow's own repository, and not of the server.
  named.delete("SAGEBRUSH_REPOSITORY");
  expect(named.size).toBeGreaterThan(5);
  for (const name of named) expect(settings, name).toContain(`| \`${name}\` `);
  const used = new Set(
    pages.flatMap((page) => [...page.matchAll(/bin\/sagebrush ([a-z]+)/g)].map(([, name]) => name!)),
  );
  for (const name of used) expect(commands, name).toContain(`\n## ${name}\n`);
});

const server = useServer();

/** The answer to a path that is sent as it is written. */
const ask = (path: string) =>
  new Promise<{ status: number; type: string; text: string }>((resolve, reject) => {
    const [hostname, port] = new URL(server.url).host.split(":");
    get({ hostname, port, path }, async (response) => {
      let text = "";
      for await (const bytes of response) text += bytes;
      resolve({ status: response.statusCode!, type: response.headers["content-type"]!, text });
    }).on("error", reject);
  });

test("the server shows the guide to anyone, and no other file", async () => {
  expect((await ask("/")).text).toContain('<a href="/_sagebrush/guide">Guide</a>');
  const { status, type, text } = await ask("/_sagebrush/guide");
  expect({ status, type }).toEqual({ status: 200, type: "text/html; charset=utf-8" });
  const links = [...text.matchAll(/href="(\/_sagebrush\/[^"]+)"/g)].map(([, link]) => link!);
  expect(links.length).toBeGreaterThan(15);
  for (const link of new Set(links)) expect(await ask(link), link).toMatchObject({ status: 200 });
  for (const path of ["../../../package.json", "..%2F..%2Fpackage.json", "keys", "xgboost.md", ""])
    expect(await ask(`/_sagebrush/guide/${path}`), path).toMatchObject({ status: path === "" ? 200 : 404 });
});
