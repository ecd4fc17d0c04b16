import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { URL } from "node:url";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { IAM } from "@aws-sdk/client-iam";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateModelCommand, DeleteModelCommand, SageMakerClient } from "@aws-sdk/client-sagemaker";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { type Browser, createBrowser } from "./browser.ts";
import { clientsOf } from "./clients.ts";
import { keyOfJob } from "./key-of-job.ts";
import { rawRequest, sendRaw } from "./raw-request.ts";
import { root, useServer } from "./server.ts";

type Message = Readonly<Record<string, unknown>> & { readonly type: string };

/** A page of Studio that listens. */
interface Listener {
  readonly heard: readonly Message[];
  say(message: object): void;
  /** Resolves with the first message, heard already or to come, that fits. */
  hears(fits: (message: Message) => boolean): Promise<Message>;
  /** Resolves with the code and the reason of the socket's end. */
  readonly ended: Promise<{ readonly code: number; readonly reason: string }>;
  close(): void;
}

const model = (ModelName: string) =>
  new CreateModelCommand({
    ModelName,
    ExecutionRoleArn: "arn:aws:iam::123456789012:role/SageMakerRole",
    PrimaryContainer: { Image: "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1" },
  });

const sagemakerTrust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "sagemaker.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

describe.each([{ workers: "1" }, { workers: "2" }])("with $workers process(es), a page of Studio", ({ workers }) => {
  const server = useServer({ environment: { SAGEBRUSH_WORKERS: workers } });

  /** Signs a text of the server with a key, as the page does in the browser. */
  async function signInByKey(browser: Browser, key: { accessKeyId: string; secretAccessKey: string }): Promise<void> {
    const { challenge, signingName: service } = JSON.parse((await browser.ask("/_studio/session/challenge")).text) as {
      challenge: string;
      signingName: string;
    };
    const target = { url: server.url, ...key };
    const headers = { origin: server.url, "content-type": "application/json" };
    const body = JSON.stringify({ challenge });
    const draft = { path: "/_studio/session", service, headers, body };
    const { status, text } = await sendRaw(target, await rawRequest(target, draft));
    expect(status).toBe(200);
    browser.takeSession(text);
  }

  async function signedIn(): Promise<Browser> {
    const browser = createBrowser(server);
    const { stdout } = await server.sagebrush("studio");
    expect(await browser.signIn(stdout.trim())).toMatchObject({ status: 200 });
    return browser;
  }

  function open(
    browser: Browser,
    {
      after = "",
      headers = {},
      csrf = browser.csrf,
    }: Partial<{ after: string | number; headers: Record<string, string>; csrf: string }> = {},
  ) {
    const address = `${server.url.replace("http", "ws")}/_studio/live?csrf=${csrf}&after=${after}`;
    return new WebSocket(address, { headers: { origin: server.url, cookie: browser.cookie!, ...headers } });
  }

  async function listen(browser: Browser, options: Parameters<typeof open>[1] = {}): Promise<Listener> {
    const socket = open(browser, options);
    const heard: Message[] = [];
    const waiting = new Set<(message: Message) => void>();
    socket.on("message", (data) => {
      const message = JSON.parse(String(data)) as Message;
      heard.push(message);
      for (const tell of waiting) tell(message);
    });
    const ended = once(socket, "close").then(([code, reason]) => ({ code, reason: String(reason) }));
    const listener: Listener = {
      heard,
      say: (message) => socket.send(JSON.stringify(message)),
      hears: (fits) =>
        new Promise((resolve) => {
          const before = heard.find(fits);
          if (before) return resolve(before);
          const tell = (message: Message) => {
            if (!fits(message)) return;
            waiting.delete(tell);
            resolve(message);
          };
          waiting.add(tell);
        }),
      ended,
      close: () => socket.terminate(),
    };
    await listener.hears(({ type }) => type === "hello");
    return listener;
  }

  /** Resolves when the server has answered what was said before. */
  async function settled(listener: Listener, id: number): Promise<void> {
    listener.say({ type: "watch", id, kind: "sagebrush/run" });
    await listener.hears((message) => message.type === "refused" && message.id === id);
  }

  const tells =
    (name: string, deleted = false) =>
    (message: Message) =>
      message.type === "changed" &&
      (message.changes as Record<string, unknown>[]).some(
        (change) => change.name === name && change.deleted === deleted,
      );

  it("is told of what it watches, and of nothing else", async () => {
    const page = await listen(await signedIn());
    page.say({ type: "watch", id: 1, kind: "sagemaker/model", region: "us-west-2" });
    page.say({ type: "watch", id: 2, kind: "s3/bucket" });
    page.say({ type: "watch", id: 3, kind: "sagemaker/model", region: "eu-west-1" });
    await settled(page, 9);
    const client = new SageMakerClient(server.clientOptions);
    await client.send(model("Seen"));
    const { changes, sequence } = await page.hears(tells("seen"));
    expect(changes).toEqual([
      { id: 1, kind: "sagemaker/model", name: "seen", region: "us-west-2", version: 1, deleted: false },
    ]);
    expect(sequence).toBeGreaterThan(page.heard[0]!.sequence as number);
    await client.send(new DeleteModelCommand({ ModelName: "Seen" }));
    await page.hears(tells("seen", true));
    await new S3Client({ ...server.clientOptions, forcePathStyle: true }).send(
      new CreateBucketCommand({ Bucket: "seen-too" }),
    );
    expect((await page.hears(tells("seen-too"))).changes).toMatchObject([{ id: 2, kind: "s3/bucket", region: "-" }]);
    page.say({ type: "unwatch", id: 1 });
    await settled(page, 10);
    await client.send(model("unseen"));
    page.say({ type: "watch", id: 4, kind: "sagemaker/endpoint" });
    await settled(page, 11);
    expect(page.heard.filter(tells("unseen"))).toEqual([]);
    page.close();
  });

  it("goes on where it was, and looks at everything when that cannot be said any more", async () => {
    const browser = await signedIn();
    const before = await listen(browser);
    const { sequence } = before.heard[0]!;
    before.close();
    await before.ended;
    await new SageMakerClient(server.clientOptions).send(model("while-asleep"));
    const after = await listen(browser, { after: sequence as number });
    after.say({ type: "watch", id: 1, kind: "sagemaker/model", region: "us-west-2" });
    await after.hears(tells("while-asleep"));
    after.close();
    const lost = await listen(browser, { after: 999_999_999 });
    await lost.hears(({ type }) => type === "look");
    lost.close();
  });

  it("is told when a log grows, also one that is not there yet", async () => {
    const page = await listen(await signedIn());
    const log = { group: "/studio/log", stream: "one" };
    page.say({ type: "watch", id: 7, log, region: "us-west-2" });
    await settled(page, 8);
    const logs = new CloudWatchLogsClient(server.clientOptions);
    const names = { logGroupName: log.group, logStreamName: log.stream };
    await logs.send(new CreateLogGroupCommand({ logGroupName: log.group }));
    await logs.send(new CreateLogStreamCommand(names));
    const put = (message: string) =>
      logs.send(new PutLogEventsCommand({ ...names, logEvents: [{ timestamp: Date.now(), message }] }));
    await put("first");
    await page.hears((message) => message.type === "log" && message.id === 7 && message.until === 1);
    await put("second");
    await page.hears((message) => message.type === "log" && message.id === 7 && message.until === 2);
    page.close();
  });

  it("is eight pages, all told of a change by boto3 within 200 ms, calls beside them", async () => {
    const browser = await signedIn();
    const pages = await Promise.all(Array.from({ length: 8 }, () => listen(browser)));
    for (const page of pages) page.say({ type: "watch", id: 1, kind: "sagemaker/model", region: "us-west-2" });
    await Promise.all(pages.map((page) => settled(page, 2)));
    const { accessKeyId, secretAccessKey } = server.clientOptions.credentials;
    const program = [
      "import boto3, time, sys",
      "client = boto3.client('sagemaker')",
      "for number in range(5):",
      "    client.create_model(ModelName=f'by-boto3-{number}', ExecutionRoleArn='arn:aws:iam::123456789012:role/SageMakerRole', PrimaryContainer={'Image': '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1'})",
      "    print(time.time() * 1000, flush=True)",
    ].join("\n");
    const python = spawn(join(root, ".venv-v2/bin/python"), ["-c", program], {
      env: {
        ...process.env,
        AWS_ENDPOINT_URL: server.url,
        AWS_REGION: "us-west-2",
        AWS_DEFAULT_REGION: "us-west-2",
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let printed = "";
    python.stdout.on("data", (bytes) => {
      printed += bytes;
    });
    const told = await Promise.all(
      [0, 1, 2, 3, 4].map(async (number) => {
        await Promise.all(pages.map((page) => page.hears(tells(`by-boto3-${number}`))));
        return Date.now();
      }),
    );
    // No page holds up a call: a browser's connections are free beside the sockets.
    expect(await browser.ask("/_studio/api/")).toMatchObject({ status: 200 });
    if (python.exitCode === null) await once(python, "exit");
    const answered = printed.trim().split("\n").map(Number);
    const delays = told.map((time, number) => time - answered[number]!).sort((a, b) => a - b);
    // The machine may be busy with other tests once; not for most of them.
    expect(delays[2], `milliseconds: ${delays.map(Math.round).join(", ")}`).toBeLessThan(200);
    console.log(`Told of a change by boto3 after ${delays.map(Math.round).join(", ")} ms, ${workers} process(es)`);
    for (const page of pages) page.close();
  });

  it("has its socket ended by a sign-out", async () => {
    const browser = await signedIn();
    const page = await listen(browser);
    expect(await browser.ask("/_studio/session", { method: "DELETE" })).toMatchObject({ status: 204 });
    expect(await page.ended).toEqual({ code: 4401, reason: "signed out" });
  });

  /** Signs in with the key that a job's program has of its role: nobody else has one. */
  async function signInByJob(name: string, role: string): Promise<Browser> {
    const key = await keyOfJob(server, name, role);
    const browser = createBrowser(server);
    await signInByKey(browser, key);
    expect(JSON.parse((await browser.ask("/_studio/session")).text)).toMatchObject({
      caller: { kind: "role", arn: expect.stringContaining(`:assumed-role/${role}/`) },
    });
    return browser;
  }
  const isSignedOut = async (browser: Browser, page: Listener) => {
    expect(await page.ended).toEqual({ code: 4401, reason: "signed out" });
    expect(await browser.ask("/_studio/session")).toMatchObject({ status: 401 });
  };

  it("has its socket ended when the role that it acts as is deleted", async () => {
    const iam = new IAM(server.clientOptions);
    await iam.createRole({ RoleName: "Watcher", AssumeRolePolicyDocument: sagemakerTrust });
    const browser = await signInByJob("watcher", "Watcher");
    const page = await listen(browser);
    await iam.deleteRole({ RoleName: "Watcher" });
    await isSignedOut(browser, page);
    await clientsOf(server).sagemaker.stopProcessingJob({ ProcessingJobName: "watcher" });
  });

  it("has its socket ended when its key goes with the job that had it", async () => {
    const browser = await signInByJob("holder", "SageMakerRole");
    const page = await listen(browser);
    await clientsOf(server).sagemaker.stopProcessingJob({ ProcessingJobName: "holder" });
    await isSignedOut(browser, page);
  });

  it("gets no socket without cookie or CSRF text, from another origin or host", async () => {
    const browser = await signedIn();
    for (const [why, options, status] of [
      ["no cookie", { headers: { cookie: "" } }, 401],
      ["no CSRF text", { csrf: "" }, 403],
      ["a foreign Origin", { headers: { origin: "http://evil.example.org" } }, 403],
      ["Origin null", { headers: { origin: "null" } }, 403],
      ["a foreign Host", { headers: { host: "rebound.example.org" } }, 421],
    ] as const) {
      const socket = open(browser, options);
      const [, response] = await once(socket, "unexpected-response");
      expect({ why, status: response.statusCode }).toEqual({ why, status });
      response.destroy();
    }
    expect(await browser.ask(`/_studio/live?csrf=${browser.csrf}`)).toMatchObject({ status: 426 });
  });

  it("is cut off when it says what is no message", async () => {
    const page = await listen(await signedIn());
    page.say({ type: "watch" });
    expect(await page.ended).toMatchObject({ code: 1008 });
  });

  it("lets the server stop at once, and comes again after its restart", async () => {
    const browser = await signedIn();
    const page = await listen(browser);
    const { sequence } = page.heard[0]!;
    const began = Date.now();
    expect(await server.sagebrush("stop")).toMatchObject({ code: 0 });
    expect(await page.ended).toMatchObject({ code: 1001 });
    expect(Date.now() - began).toBeLessThan(4_000);
    await server.start();
    const port = new URL(server.url).port;
    const again = createBrowser(server);
    const cookie = browser.cookie!.replace(/\d+(?==)/, port);
    const back = await listen(again, { after: sequence as number, csrf: browser.csrf!, headers: { cookie } });
    expect(back.heard[0]!.sequence).toBeGreaterThanOrEqual(sequence as number);
    back.close();
  });
});
