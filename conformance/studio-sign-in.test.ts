import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { URL } from "node:url";
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { ListTrainingJobsCommand, SageMakerClient } from "@aws-sdk/client-sagemaker";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { describe, expect, it } from "vitest";
import { createBrowser } from "./browser.ts";
import { type Draft, rawRequest, sendRaw, targetOf } from "./raw-request.ts";
import { useServer } from "./server.ts";

/** The same with one process and with several: then requests for Studio come by way of a worker. */
describe.each([{ workers: "1" }, { workers: "2" }])("with $workers process(es), Studio", ({ workers }) => {
  const server = useServer({ environment: { SAGEBRUSH_WORKERS: workers } });

  async function newLink(): Promise<string> {
    const { code, stdout } = await server.sagebrush("studio");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/_studio\/sign-in#[\w-]{43}\n$/);
    return stdout.trim();
  }

  async function signedIn() {
    const browser = createBrowser(server);
    expect(await browser.signIn(await newLink())).toMatchObject({ status: 200 });
    return browser;
  }

  it("is entered by a link that works once and that looking at does not use up", async () => {
    const link = await newLink();
    const browser = createBrowser(server);
    const page = await browser.ask("/_studio/sign-in");
    expect(page).toMatchObject({ status: 200, headers: { "referrer-policy": "no-referrer" } });
    const first = await browser.signIn(link);
    expect(first.headers["set-cookie"]).toEqual([
      expect.stringMatching(
        /^sagebrush-session-\d+=[\w-]{43}; Path=\/_studio\/; Max-Age=43200; HttpOnly; SameSite=Strict$/,
      ),
    ]);
    const session = await browser.ask("/_studio/session");
    expect(JSON.parse(session.text)).toMatchObject({
      caller: { kind: "administrator", accessKeyId: server.clientOptions.credentials.accessKeyId },
      account: "123456789012",
      region: expect.any(String),
      csrf: browser.csrf,
    });
    expect(await createBrowser(server).signIn(link)).toMatchObject({
      status: 403,
      text: expect.stringContaining("used already"),
    });
  });

  it("is entered by an access key that signs a text of the server, once", async () => {
    const browser = createBrowser(server);
    const { challenge, signingName: service } = JSON.parse((await browser.ask("/_studio/session/challenge")).text) as {
      challenge: string;
      signingName: string;
    };
    const target = targetOf(server);
    const signIn = async (more: Draft = {}) => {
      const headers = { origin: server.url, "content-type": "application/json" };
      const draft = { path: "/_studio/session", service, headers, body: JSON.stringify({ challenge }), ...more };
      return sendRaw(target, await rawRequest(target, draft));
    };
    expect(await signIn({ secretAccessKey: "another secret" })).toMatchObject({ status: 403 });
    expect(await signIn({ accessKeyId: "UNKNOWN" })).toMatchObject({ status: 403 });
    expect(await signIn({ service: "sagemaker" })).toMatchObject({ status: 403 });
    expect(await signIn({ headers: { "content-type": "application/json" } })).toMatchObject({ status: 403 });
    expect(await signIn({ body: "{}" })).toMatchObject({ status: 403 });
    expect(await signIn({ body: "no JSON" })).toMatchObject({ status: 400, code: "ValidationException" });
    const first = await signIn();
    expect(first.text).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*Set-Cookie: sagebrush-session-/);
    expect(await signIn()).toMatchObject({ status: 403, message: expect.stringContaining("used already") });
  });

  it("is the AWS API for its pages: SageMaker, and S3 with a body that streams", async () => {
    const browser = await signedIn();
    const list = await browser.ask("/_studio/api/", {
      method: "POST",
      headers: { "x-amz-target": "SageMaker.ListTrainingJobs", "content-type": "application/x-amz-json-1.1" },
      body: "{}",
    });
    expect(list).toMatchObject({ status: 200, text: '{"TrainingJobSummaries":[]}' });
    expect(await browser.ask("/_studio/api/pages", { method: "PUT" })).toMatchObject({ status: 200 });
    const html = "<script>document.title = 'acts'</script>";
    const put = { method: "PUT", body: html, headers: { "content-type": "text/html" } };
    expect(await browser.ask("/_studio/api/pages/a%20b.html", put)).toMatchObject({ status: 200 });
    expect(await browser.ask("/_studio/api/pages/a%20b.html")).toMatchObject({
      status: 200,
      text: html,
      headers: {
        "content-security-policy": "sandbox",
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
      },
    });
    const large = Buffer.alloc(20_000_000, "x");
    const streamed = { method: "PUT", body: Readable.from([large.subarray(0, 7_000_000), large.subarray(7_000_000)]) };
    expect(await browser.ask("/_studio/api/pages/large", streamed)).toMatchObject({
      status: 200,
      headers: { etag: `"${createHash("md5").update(large).digest("hex")}"` },
    });
    expect(await browser.ask("/_studio/api/pages/none")).toMatchObject({
      status: 404,
      text: expect.stringContaining("<Code>NoSuchKey</Code>"),
      headers: { "content-security-policy": "sandbox" },
    });
  });

  it("takes from a header the path of a key that a browser would shorten, and no other thing", async () => {
    const browser = await signedIn();
    const ask = (method: string, path: string, body = "") =>
      browser.ask("/_studio/api/", {
        method,
        body,
        headers: { "x-sagebrush-service": "s3", "x-sagebrush-path": path },
      });
    expect(await ask("PUT", "/stepped")).toMatchObject({ status: 200 });
    const paths = ["/stepped/a/../b", "/stepped/.", "/stepped/..", "/stepped/b"];
    for (const path of paths) expect(await ask("PUT", path, path)).toMatchObject({ status: 200 });
    for (const path of paths) expect(await ask("GET", path)).toMatchObject({ status: 200, text: path });
    const s3 = new S3Client({ ...server.clientOptions, forcePathStyle: true });
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: "stepped" }));
    expect(Contents.map(({ Key }) => Key)).toEqual([".", "..", "a/../b", "b"]);
    for (const path of ["stepped/b", "/stepped/b?acl", "http://127.0.0.1/stepped/b", "/stepped/ b"])
      expect(await ask("GET", path)).toMatchObject({ status: 400, text: expect.stringContaining("x-sagebrush-path") });
    const browserless = createBrowser(server);
    const forged = await browserless.ask("/_studio/api/", { headers: { "x-sagebrush-path": "/stepped/b" } });
    expect(forged.status).toBe(401);
  });

  it("takes a bucket for a bucket, also one called as the path of another service", async () => {
    const browser = await signedIn();
    const ask = (service: string, method: string, path: string, body = "") =>
      browser.ask(`/_studio/api/${path}`, { method, headers: { "x-sagebrush-service": service }, body });
    for (const bucket of ["endpoints", "service", "api", "session"]) {
      expect(await ask("s3", "PUT", bucket)).toMatchObject({ status: 200 });
      const key = `${bucket}/x/invocations`;
      expect(await ask("s3", "PUT", key, "kept")).toMatchObject({ status: 200 });
      expect(await ask("s3", "GET", key)).toMatchObject({ status: 200, text: "kept" });
      expect(await ask("s3", "POST", `${key}?uploads`)).toMatchObject({
        ...{ status: 200, text: expect.stringContaining("<UploadId>") },
      });
    }
    expect(await ask("sagemaker-runtime", "POST", "endpoints/x/invocations")).toMatchObject({
      ...{ status: 400, text: expect.stringContaining("Endpoint x") },
    });
  });

  it("asks another region when a page says so", async () => {
    const browser = await signedIn();
    const model = {
      ModelName: "abroad",
      ExecutionRoleArn: "arn:aws:iam::123456789012:role/SageMakerRole",
      PrimaryContainer: { Image: "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1" },
    };
    const call = (operation: string, input: object, region?: string) =>
      browser.ask("/_studio/api", {
        method: "POST",
        headers: {
          "x-amz-target": `SageMaker.${operation}`,
          "content-type": "application/x-amz-json-1.1",
          "x-sagebrush-region": region,
        },
        body: JSON.stringify(input),
      });
    expect((await call("CreateModel", model, "eu-west-1")).text).toContain(":eu-west-1:");
    expect((await call("ListModels", {}, "eu-west-1")).text).toContain("abroad");
    expect((await call("ListModels", {})).text).toBe('{"Models":[]}');
    expect(await call("ListModels", {}, "nowhere")).toMatchObject({ status: 400 });
  });

  it("refuses the API without its header, from another origin, without a cookie, and to a navigation", async () => {
    const browser = await signedIn();
    const buckets = "/_studio/api/";
    expect(await browser.ask(buckets)).toMatchObject({ status: 200 });
    for (const [why, headers, status] of [
      ["no CSRF header", { "x-sagebrush-csrf": undefined }, 403],
      ["another CSRF header", { "x-sagebrush-csrf": "x".repeat(43) }, 403],
      ["no cookie", { cookie: undefined }, 401],
      ["a foreign Origin", { origin: "http://evil.example.org" }, 403],
      ["Origin null, as a sandboxed page of S3 has", { origin: "null" }, 403],
      ["a foreign site", { "sec-fetch-site": "cross-site" }, 403],
      ["another port of this host", { "sec-fetch-site": "same-site" }, 403],
      ["a foreign Host", { host: "evil.example.org" }, 421],
      ["a name that leads here and that nobody has told", { host: "rebound.example.org:4620" }, 421],
      [
        "a navigation",
        {
          "sec-fetch-site": "none",
          "sec-fetch-mode": "navigate",
          "sec-fetch-dest": "document",
          "x-sagebrush-csrf": undefined,
        },
        403,
      ],
    ] as const)
      expect({ why, ...(await browser.ask(buckets, { headers })) }).toMatchObject({ why, status });
    const put = { method: "PUT", headers: { origin: undefined } };
    expect(await browser.ask("/_studio/api/unasked", put)).toMatchObject({ status: 403 });
    expect(await browser.ask("/_studio/session", put)).toMatchObject({ status: 403 });
  });

  it("counts the cookie nowhere else, and signs out", async () => {
    const browser = await signedIn();
    const { cookie } = browser;
    expect(await browser.ask("/", { headers: { cookie, "amz-sdk-invocation-id": "1" } })).toMatchObject({
      status: 403,
    });
    expect(
      await browser.ask("/_studio/session", { method: "DELETE", headers: { "x-sagebrush-csrf": undefined } }),
    ).toMatchObject({
      status: 403,
    });
    expect(await browser.ask("/_studio/session", { method: "DELETE" })).toMatchObject({ status: 204 });
    expect(browser.cookie).toBeUndefined();
    expect(await browser.ask("/_studio/session", { headers: { cookie } })).toMatchObject({ status: 401 });
  });

  it("stays signed in over a restart and a kill, and keeps no secret", async () => {
    const browser = await signedIn();
    await server.kill();
    // The port is another one, and the cookie's name goes by it.
    await server.start();
    const port = new URL(server.url).port;
    const cookie = browser.cookie!.replace(/\d+(?==)/, port);
    expect(await createBrowser(server).ask("/_studio/session", { headers: { cookie } })).toMatchObject({ status: 200 });
    const token = cookie.split("=")[1]!;
    const { csrf = "none" } = browser;
    for (const file of ["access.log", "service.log", "resources.sqlite", "resources.sqlite-wal"]) {
      const kept = await readFile(join(server.home, file)).catch(() => Buffer.alloc(0));
      for (const secret of [token, csrf]) expect(kept.includes(secret)).toBe(false);
    }
  });

  it("leaves signed requests alone, whatever name the client knows the server by", async () => {
    const { endpoint, ...options } = server.clientOptions;
    const client = new SageMakerClient({ ...options, endpoint });
    client.middlewareStack.add(
      (next) => (args) => {
        (args.request as { headers: Record<string, string> }).headers.host = "any.name.example.org";
        return next(args);
      },
      { step: "build", priority: "low" },
    );
    expect((await client.send(new ListTrainingJobsCommand({}))).TrainingJobSummaries).toEqual([]);
  });
});

describe("behind a proxy with TLS that the setting names, Studio", () => {
  const environment = { SAGEBRUSH_TRUSTED_PROXY: "127.0.0.1", SAGEBRUSH_HOST_NAME: "studio.example.com" };
  const server = useServer({ environment });
  const byProxy = {
    host: "studio.example.com",
    origin: "https://studio.example.com",
    "x-forwarded-for": "192.0.2.1",
    "x-forwarded-proto": "https",
  };

  it("is entered by a link to the proxy, with a cookie for TLS alone", async () => {
    const { stdout } = await server.sagebrush("studio");
    expect(stdout).toMatch(/^https:\/\/studio\.example\.com\/_studio\/sign-in#[\w-]{43}\n$/);
    const link = stdout.trim().split("#")[1];
    const browser = createBrowser(server);
    const post = { method: "POST", body: JSON.stringify({ link }) };
    // From another machine, by a proxy that does not speak TLS to it.
    const plain = { ...byProxy, "x-forwarded-proto": "http" };
    expect(await browser.ask("/_studio/session", { ...post, headers: plain })).toMatchObject({
      status: 403,
      text: expect.stringMatching(/SSH tunnel.*SAGEBRUSH_TRUSTED_PROXY/),
    });
    const answer = await browser.ask("/_studio/session", { ...post, headers: byProxy });
    expect(answer).toMatchObject({ status: 200, headers: { "set-cookie": [expect.stringMatching(/; Secure$/)] } });
    expect(await browser.ask("/_studio/session", { headers: byProxy })).toMatchObject({ status: 200 });
  });
});

describe("a proxy that no setting names", () => {
  const server = useServer();

  it("does not open Studio, and is told the two ways in words for a person", async () => {
    const headers = { accept: "text/html,*/*", "x-forwarded-for": "192.0.2.1", "x-forwarded-proto": "https" };
    const answer = await createBrowser(server).ask("/_studio/", { headers });
    expect(answer).toMatchObject({
      status: 403,
      headers: { "content-type": "text/plain; charset=utf-8" },
      text: expect.stringMatching(/^Studio is not shown.*SSH tunnel.*SAGEBRUSH_TRUSTED_PROXY/),
    });
  });

  it("an object of S3 is sandboxed where a browser opens it, and nowhere else", async () => {
    const s3 = new S3Client({ ...server.clientOptions, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: "opened" }));
    await s3.send(new PutObjectCommand({ Bucket: "opened", Key: "a.html", Body: "<p>", ContentType: "text/html" }));
    const { pathname, search } = new URL(
      await getSignedUrl(s3, new GetObjectCommand({ Bucket: "opened", Key: "a.html" })),
    );
    const headersFor = async (path: string, headers: Record<string, string | undefined>) =>
      (await createBrowser(server).ask(path, { headers })).headers;
    const none = { "sec-fetch-dest": undefined, "sec-fetch-mode": undefined, "sec-fetch-site": undefined };
    for (const path of [pathname + search, "/opened/none"]) {
      for (const how of [
        { "sec-fetch-dest": "document" },
        { "sec-fetch-dest": "iframe" },
        { ...none, accept: "text/html" },
      ])
        expect(await headersFor(path, how)).toMatchObject({
          "content-security-policy": "sandbox",
          "x-content-type-options": "nosniff",
        });
      const script = await headersFor(path, { "sec-fetch-dest": "script" });
      expect(script).toMatchObject({ "x-content-type-options": "nosniff" });
      expect(script).not.toHaveProperty("content-security-policy");
      const client = await headersFor(path, none);
      expect(client).not.toHaveProperty("x-content-type-options");
      expect(client).not.toHaveProperty("content-security-policy");
    }
  });
});
