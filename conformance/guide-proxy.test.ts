import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { blocksOf } from "./guide-page.ts";
import { runProgram } from "./program.ts";
import { runClient } from "./python-clients.ts";
import { useServer } from "./server.ts";

const server = useServer();
const port = 8443;

const program = `
import boto3, os, ssl, urllib.request
os.environ["AWS_ENDPOINT_URL"] = "https://localhost:${port}"
s3, body = boto3.client("s3"), os.urandom(20 << 20)
s3.create_bucket(Bucket="tls", CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
s3.put_object(Bucket="tls", Key="a b+c/é", Body=body)
assert s3.get_object(Bucket="tls", Key="a b+c/é")["Body"].read() == body
trust = ssl.create_default_context(cafile=os.environ["AWS_CA_BUNDLE"])
link = s3.generate_presigned_url("get_object", Params={"Bucket": "tls", "Key": "a b+c/é"})
assert urllib.request.urlopen(link, context=trust).read() == body
assert boto3.client("sagemaker").list_endpoints()["Endpoints"] == []
page = urllib.request.urlopen("https://localhost:${port}/", context=trust).read().decode()
assert "Running</h2>" not in page and "Use it" in page
print("done")
`;

test("clients reach the server through nginx with TLS, set up as the guide says", async (context) => {
  if ((await runProgram("sh", ["-c", "command -v nginx && command -v openssl"])).code !== 0)
    context.skip("nginx or openssl is not installed");
  const folder = mkdtempSync(join(tmpdir(), "sagebrush-proxy-"));
  const certificate = "req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost";
  const words = [...certificate.split(" "), "-addext", "subjectAltName=DNS:localhost"];
  execFileSync("openssl", words, { cwd: folder, stdio: "ignore" });
  const [pid, paths] = [join(folder, "pid"), ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]];
  const settings = blocksOf("operation")
    .find(({ language }) => language === "nginx")!
    .text.replace("listen 443", `listen 127.0.0.1:${port}`)
    .replace("http://127.0.0.1:4620", server.url);
  const temporary = paths.map((name) => `${name}_temp_path ${folder}/${name};`).join("\n");
  const whole = `pid ${pid};\nevents {}\nhttp {\naccess_log off;\n${temporary}\n${settings}\n}\n`;
  writeFileSync(join(folder, "nginx.conf"), whole);
  const nginx = spawn("nginx", ["-p", folder, "-c", join(folder, "nginx.conf"), "-e", "stderr", "-g", "daemon off;"]);
  try {
    await expect.poll(() => existsSync(pid), { timeout: 20_000 }).toBe(true);
    const command = ["env", `AWS_CA_BUNDLE=${join(folder, "cert.pem")}`, "python", "-c", program];
    const result = await runClient(context, server, "v2", command);
    expect(result, result.stderr).toMatchObject({ code: 0, stdout: "done\n" });
  } finally {
    nginx.kill();
    rmSync(folder, { recursive: true, force: true });
  }
});
