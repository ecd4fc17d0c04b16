import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { blocksOf } from "../../guide-page.ts";
import { useServer } from "../../server.ts";
import { installed } from "../installed.ts";
import { nginx as system } from "./nginx.ts";

const server = useServer({ environment: { SAGEBRUSH_HOST_NAME: "localhost", SAGEBRUSH_TRUSTED_PROXY: "127.0.0.1" } });
const port = 8443;

/** By its environment this client trusts the certificate, and learns the key; the address is the proxy's. */
const program = `
import { GetObjectCommand, PutObjectCommand, S3Client, CreateBucketCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { SageMaker } from "@aws-sdk/client-sagemaker";
import assert from "node:assert";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { WebSocket } from "ws";
const endpoint = "https://localhost:${port}";
const s3 = new S3Client({ endpoint, forcePathStyle: true });
const [Bucket, Key, Body] = ["tls", "a b+c/é", randomBytes(20 << 20)];
await s3.send(new CreateBucketCommand({ Bucket }));
await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
const { Body: read } = await s3.send(new GetObjectCommand({ Bucket, Key }));
assert(Body.equals(await read.transformToByteArray()));
const link = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key }));
assert(Body.equals(Buffer.from(await (await fetch(link)).arrayBuffer())));
assert.deepEqual((await new SageMaker({ endpoint }).listEndpoints()).Endpoints, []);
const page = await (await fetch(endpoint)).text();
assert(page.includes("is ready") && page.includes("/_studio/"));
const [, text] = process.env.STUDIO_LINK.split("#");
const signedIn = await fetch(endpoint + "/_studio/session", {
  method: "POST",
  headers: { origin: endpoint },
  body: JSON.stringify({ link: text }),
});
assert.equal(signedIn.status, 200);
const given = signedIn.headers.get("set-cookie");
assert(given.endsWith("; Secure"));
const { csrf } = await signedIn.json();
const headers = { origin: endpoint, cookie: given.split(";")[0] };
const asked = await fetch(endpoint + "/_studio/api/" + Bucket + "/", { headers: { ...headers, "x-sagebrush-csrf": csrf } });
assert((await asked.text()).includes("<Key>a b+c/é</Key>"));
const socket = new WebSocket("wss://localhost:${port}/_studio/live?csrf=" + csrf, { headers });
const [hello] = await once(socket, "message");
assert.equal(JSON.parse(hello).type, "hello");
socket.terminate();
console.log("done");
`;

test("clients reach the server through nginx with TLS, set up as the guide says", async (context) => {
  await installed(context, system);
  const folder = mkdtempSync(join(tmpdir(), "sagebrush-proxy-"));
  const certificate = "req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost";
  const words = [...certificate.split(" "), "-addext", "subjectAltName=DNS:localhost"];
  execFileSync("openssl", words, { cwd: folder, stdio: "ignore" });
  const [pid, paths] = [join(folder, "pid"), ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]];
  const settings = blocksOf("operation")
    .find(({ language }) => language === "nginx")!
    .text.replace("listen 443", `listen 127.0.0.1:${port}`)
    .replaceAll("http://127.0.0.1:4620", server.url);
  const temporary = paths.map((name) => `${name}_temp_path ${folder}/${name};`).join("\n");
  const whole = `pid ${pid};\nevents {}\nhttp {\naccess_log off;\n${temporary}\n${settings}\n}\n`;
  writeFileSync(join(folder, "nginx.conf"), whole);
  const nginx = spawn("nginx", ["-p", folder, "-c", join(folder, "nginx.conf"), "-e", "stderr", "-g", "daemon off;"]);
  try {
    await expect.poll(() => existsSync(pid), { timeout: 20_000 }).toBe(true);
    const node = [process.execPath, "--input-type=module", "--eval", program];
    const trust = `NODE_EXTRA_CA_CERTS=${join(folder, "cert.pem")}`;
    const studio = `STUDIO_LINK=${(await server.sagebrush("studio")).stdout.trim()}`;
    const result = await server.sagebrush("exec", "--", "env", trust, studio, ...node);
    expect(result, result.stderr).toMatchObject({ code: 0, stdout: "done\n" });
  } finally {
    nginx.kill();
    rmSync(folder, { recursive: true, force: true });
  }
});
