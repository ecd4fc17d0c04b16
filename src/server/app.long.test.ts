import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { CloudWatchClient, GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { CreateModelCommand, ListModelsCommand, SageMakerClient } from "@aws-sdk/client-sagemaker";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { signRequest } from "../cli/sign-request.ts";
import { createProcessExecutor } from "../executors/process/process.ts";
import { scriptSpec } from "../executors/script-run.fixture.ts";
import type { Context } from "../frame/context.ts";
import { defineOperations } from "../frame/define-operations.ts";
import { services } from "../services/services.gen.ts";
import { type App, createApp } from "./app.ts";
import { readAdministratorKey } from "./home/keys.ts";
import { builtIn } from "./parts/units.ts";
import { readSettings } from "./settings/settings.ts";

let home: string;
let apps: App[];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "sagebrush-app-"));
  apps = [];
});
afterEach(async () => {
  await Promise.all(apps.map((app) => app.close()));
  rmSync(home, { recursive: true, force: true });
});

const settings = (flags = {}) => readSettings({ home, port: 0, ...flags }, {});

async function started(...parameters: Parameters<typeof createApp>): Promise<string> {
  const app = await createApp(...parameters);
  apps.push(app);
  return (await app.start()).url;
}

function client(endpoint: string, more: { accessKeyId?: string; secretAccessKey?: string } = {}) {
  const { accessKeyId, secret } = readAdministratorKey(home);
  const credentials = { accessKeyId, secretAccessKey: secret, ...more };
  return { endpoint, region: "eu-central-1", credentials, maxAttempts: 1 };
}

/** Asks the server's administration, as the command line does. */
async function ask(url: string, path: string, method: string): Promise<Response> {
  const target = new URL(`/_sagebrush/${path}`, url);
  const key = readAdministratorKey(home);
  return fetch(target, {
    method,
    headers: signRequest({ method, url: target, key, region: "us-east-1", now: Date.now() }),
  });
}

const newModel = new CreateModelCommand({
  ModelName: "kept",
  ExecutionRoleArn: "arn:aws:iam::123456789012:role/SageMakerRole",
  PrimaryContainer: { Image: "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1" },
});

describe("a server", () => {
  it("knows its administrator in any region, by all three families of signatures", async () => {
    const url = await started(settings());
    const identity = await new STSClient(client(url)).send(new GetCallerIdentityCommand({}));
    expect(identity.Arn).toMatch(/^arn:aws:sts::123456789012:assumed-role\/SageMakerRole\/.+/);
    expect((await new SageMakerClient(client(url)).send(new ListModelsCommand({}))).Models).toEqual([]);
    const s3 = new S3Client(client(url));
    await s3.send(new CreateBucketCommand({ Bucket: "first-bucket" }));
    const body = Readable.from([Buffer.alloc(100_000, "a"), Buffer.from("b")]);
    await s3.send(new PutObjectCommand({ Bucket: "first-bucket", Key: "a b", Body: body, ContentLength: 100_001 }));
    const link = await getSignedUrl(s3, new GetObjectCommand({ Bucket: "first-bucket", Key: "a b" }));
    expect((await (await fetch(link)).text()).length).toBe(100_001);
  });

  it("refuses an unsigned request, a wrong signature and an unknown key, in the words of each family", async () => {
    const url = await started(settings());
    const unknown = client(url, { accessKeyId: "AKIANOBODY" });
    const wrong = client(url, { secretAccessKey: "wrong" });
    const refusals = [
      [() => new STSClient(unknown).send(new GetCallerIdentityCommand({})), "InvalidClientTokenId"],
      [() => new STSClient(wrong).send(new GetCallerIdentityCommand({})), "SignatureDoesNotMatch"],
      [() => new SageMakerClient(unknown).send(new ListModelsCommand({})), "UnrecognizedClientException"],
      [() => new SageMakerClient(wrong).send(new ListModelsCommand({})), "InvalidSignatureException"],
      [() => new S3Client(unknown).send(new ListBucketsCommand({})), "InvalidAccessKeyId"],
      [() => new S3Client(wrong).send(new ListBucketsCommand({})), "SignatureDoesNotMatch"],
    ] as const;
    for (const [refusal, name] of refusals) {
      await expect(refusal()).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 403 } });
    }
    const unsigned = await fetch(url, {
      method: "POST",
      headers: { "X-Amz-Target": "SageMaker.ListModels" },
      body: "{}",
    });
    expect(unsigned.status).toBe(403);
    expect(await unsigned.json()).toMatchObject({ __type: "MissingAuthenticationTokenException" });
    expect(await (await fetch(`${url}/bucket/key`)).text()).toContain("<Code>AccessDenied</Code>");
  });

  it("keeps acknowledged writes over a restart, and logs no secret", async () => {
    const url = await started(settings());
    await new SageMakerClient(client(url)).send(newModel);
    await apps.pop()!.close();
    const again = await started(settings());
    const { Models } = await new SageMakerClient(client(again)).send(new ListModelsCommand({}));
    expect(Models?.map((model) => model.ModelName)).toEqual(["kept"]);
    const log = readFileSync(join(home, "access.log"), "utf8");
    expect(log).toContain('"operation":"CreateModel","status":200');
    expect(log).not.toContain(readAdministratorKey(home).secret);
    expect(log).not.toContain("Signature");
  });

  it("writes the metrics that it has counted before it stops", async () => {
    const dimensions = [{ Name: "EndpointName", Value: "asked" }];
    const counting = defineOperations("sts", {
      async GetCallerIdentity(_input, context) {
        const asked = { name: "Asked", unit: "Count" } as const;
        context.metrics.add(context, { namespace: "AWS/SageMaker", dimensions }, [[asked, 1]]);
        return {};
      },
    });
    const counted = { ...services, sts: { GetCallerIdentity: async () => counting } };
    const url = await started(settings(), { ...builtIn, services: counted, reconcilers: [] });
    await new STSClient(client(url)).send(new GetCallerIdentityCommand({}));
    await apps.pop()!.close();
    const cloudwatch = new CloudWatchClient(client(await started(settings())));
    const range = { StartTime: new Date(Date.now() - 600_000), EndTime: new Date(Date.now() + 60_000) };
    const { Datapoints } = await cloudwatch.send(
      new GetMetricStatisticsCommand({
        ...range,
        Namespace: "AWS/SageMaker",
        Dimensions: dimensions,
        MetricName: "Asked",
        Period: 3600,
        Statistics: ["Sum"],
      }),
    );
    expect(Datapoints).toMatchObject([{ Sum: 1, Unit: "Count" }]);
  });

  it("answers an unexpected error with 500 and keeps the stack for itself", async () => {
    const failing = defineOperations("sts", {
      async GetCallerIdentity() {
        throw new TypeError("secret detail");
      },
    });
    const sts = { GetCallerIdentity: async () => failing };
    const complaints = vi.spyOn(console, "error").mockImplementation(() => {});
    const url = await started(settings(), { ...builtIn, services: { sts } });
    const refusal = await new STSClient(client(url)).send(new GetCallerIdentityCommand({})).catch((error) => error);
    expect(refusal).toMatchObject({ name: "InternalFailure", $metadata: { httpStatusCode: 500 } });
    expect(refusal.message).toContain(refusal.$metadata.requestId);
    expect(refusal.message).not.toContain("secret detail");
    expect(complaints.mock.calls[0]![1]).toMatchObject({ message: "secret detail" });
    complaints.mockRestore();
  });
});

describe("administration", () => {
  it("reports, resets and stops, for the administrator only", async () => {
    const url = await started(settings());
    expect((await fetch(`${url}/_sagebrush/status`)).status).toBe(403);
    expect(await (await ask(url, "status", "GET")).json()).toMatchObject({ url, home, pid: process.pid });
    const sagemaker = new SageMakerClient(client(url));
    await sagemaker.send(newModel);
    const before = performance.now();
    expect((await ask(url, "reset", "POST")).status).toBe(200);
    expect(performance.now() - before).toBeLessThan(1000);
    expect((await sagemaker.send(new ListModelsCommand({}))).Models).toEqual([]);
    expect((await ask(url, "nothing", "GET")).status).toBe(404);
    expect((await ask(url, "stop", "POST")).status).toBe(202);
    await apps[0]!.closed;
    await expect(fetch(url)).rejects.toThrow();
  });
});

describe("a reset", () => {
  const refused = { name: "ServiceUnavailable", $metadata: { httpStatusCode: 503 } };

  it("lets requests under way end, refuses others, and sees no writer", async () => {
    const [entered, released] = [Promise.withResolvers<Context>(), Promise.withResolvers<void>()];
    const slow = defineOperations("sts", {
      async GetCallerIdentity(_input, context) {
        entered.resolve(context);
        await once(context.signal, "abort");
        await released.promise;
        await context.journals.append("late", [{ time: 1, data: "written at the last moment" }]);
        const CreateBucketConfiguration = { LocationConstraint: "eu-central-1" } as const;
        await context.call("s3", "CreateBucket", { Bucket: "at-the-last-moment", CreateBucketConfiguration });
        return {};
      },
    });
    const units = { ...services, sts: { GetCallerIdentity: async () => slow } };
    const url = await started(settings(), { ...builtIn, services: units });
    const sagemaker = new SageMakerClient(client(url));
    const underWay = new STSClient(client(url)).send(new GetCallerIdentityCommand({}));
    const { journals } = await entered.promise;
    const resets = [ask(url, "reset", "POST"), ask(url, "reset", "POST")];
    const list = () => sagemaker.send(new ListModelsCommand({})).catch((error) => error);
    await expect.poll(list).toMatchObject({ ...refused, message: "Sagebrush is being reset; try again." });
    await expect(new S3Client(client(url)).send(new ListBucketsCommand({}))).rejects.toMatchObject(refused);
    expect((await ask(url, "status", "GET")).status).toBe(200);
    released.resolve();
    await underWay;
    expect((await Promise.all(resets)).map(({ status }) => status)).toEqual([200, 200]);
    expect(await journals.streams("", undefined, 10)).toEqual([]);
    const { Buckets } = await new S3Client(client(url)).send(new ListBucketsCommand({}));
    expect(Buckets!.map(({ Name }) => Name)).not.toContain("at-the-last-moment");
    expect(await list()).toMatchObject({ Models: [] });
    await sagemaker.send(newModel);
  });

  it("ends an upload that does not end", async () => {
    const url = await started(settings());
    const s3 = new S3Client(client(url));
    await s3.send(new CreateBucketCommand({ Bucket: "bucket" }));
    const files = () => readdirSync(join(home, "objects"), { recursive: true }).length;
    const before = files();
    const Body = new Readable({ read() {} });
    Body.push(Buffer.alloc(1 << 20));
    const upload = s3.send(new PutObjectCommand({ Bucket: "bucket", Key: "k", Body, ContentLength: 1_500_000 }));
    upload.catch(() => {});
    await expect.poll(files).toBeGreaterThan(before);
    expect((await ask(url, "reset", "POST")).status).toBe(200);
    await expect(upload).rejects.toThrow();
    Body.destroy();
    await s3.send(new CreateBucketCommand({ Bucket: "bucket" }));
    await s3.send(new PutObjectCommand({ Bucket: "bucket", Key: "k", Body: "whole" }));
  });

  it("that was killed is finished by the next start", async () => {
    const url = await started(settings());
    await new SageMakerClient(client(url)).send(newModel);
    await apps.pop()!.close();
    writeFileSync(join(home, "reset"), "");
    const again = new SageMakerClient(client(await started(settings())));
    expect((await again.send(new ListModelsCommand({}))).Models).toEqual([]);
    await again.send(newModel);
    await apps.pop()!.close();
    const third = new SageMakerClient(client(await started(settings())));
    expect((await third.send(new ListModelsCommand({}))).Models).toHaveLength(1);
  });
});

describe("a server that cannot start", () => {
  it("says who holds the home", async () => {
    const url = await started(settings());
    await expect(createApp(settings())).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining(`(process ${process.pid}, ${url})`),
    });
  });

  it("leaves the runs that it finds running", async () => {
    await (await createApp(settings())).close();
    const executor = createProcessExecutor({
      folder: join(home, "runs"),
      home,
      lease: join(home, "lease"),
      addressFile: join(home, "address", "url"),
      productRoot: process.cwd(),
      node: process.execPath,
    });
    await executor.start("survivor", scriptSpec("setInterval(() => {}, 1000)"));
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const app = await createApp(settings({ port: (other.address() as AddressInfo).port }));
    await expect(app.start()).rejects.toThrow(/in use/);
    other.close();
    expect(await executor.find("survivor")).toEqual({ state: "running" });
    await executor.remove("survivor");
  });

  it("says that the port is in use, and leaves the home free", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const app = await createApp(settings({ port }));
    await expect(app.start()).rejects.toMatchObject({
      exitCode: 4,
      message: expect.stringMatching(/Port \d+ on 127.0.0.1 is in use .*--port/),
    });
    other.close();
    await started(settings());
  });

  it("says which database is damaged", async () => {
    await (await createApp(settings())).close();
    writeFileSync(join(home, "resources.sqlite"), "no database, but longer than the header of one".repeat(50));
    rmSync(join(home, "resources.sqlite-wal"), { force: true });
    await expect(createApp(settings())).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringMatching(/resources.sqlite is damaged/),
    });
  });
});
