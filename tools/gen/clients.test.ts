import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { pythonEnvironments } from "../python-environments.ts";
import { generateClients } from "./clients.ts";

let root: string;
const write = (file: string, text: string) => {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
};
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "sagebrush-gen-"));
  for (const name of pythonEnvironments)
    for (const ending of ["in", "txt"]) write(`conformance/python/${name}.${ending}`, "# none\n");
  write(
    "package.json",
    JSON.stringify({ dependencies: { "@aws-sdk/client-s3": "3.1.0", "@aws-sdk/client-sts": "3.2.0" } }),
  );
  write("conformance/python/data.in", "# Clients.\nminio==1.0\npandas>=2\n");
  write("conformance/python/data.txt", "minio==1.0 ; python_version > '3'\npandas==2.3.1\n");
  write("conformance/a.test.ts", `run("data", "examples/one.py"); import { b } from "./b.ts";`);
  write("conformance/b.ts", `import { S3 } from "@aws-sdk/client-s3";`);
  write("conformance/c.test.ts", `run("v2", "import minio")`);
  write("examples/one.py", "from minio import Minio\n");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const generated = async () => (await generateClients(root)).get("docs/reference/clients.md")!;

test("a client is proven by the tests that use its environment and name it, also through what they start", async () => {
  const page = await generated();
  expect(page).toMatch(/^\| minio +\| 1\.0 +\| a +\|$/m);
  expect(page).toMatch(/^\| `@aws-sdk\/client-s3` +\| 3\.1\.0 +\| a +\|$/m);
  expect(page).not.toMatch(/^\| (?:pandas|`@aws-sdk\/client-sts`) /m);
});

test("a pinned client that no test uses is an error", async () => {
  write("examples/one.py", "print()\n");
  await expect(generated()).rejects.toThrow("No test uses minio;");
});
