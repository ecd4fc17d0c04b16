import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { clientsOf, patience } from "./clients.ts";
import { scriptEnvironments } from "./script-environments.ts";
import { region, type TestServer, useServer } from "./server.ts";
import { role } from "./xgboost-job.ts";

export const Bucket = "serving-scripts";
export const image = (name: string) => `246618743249.dkr.ecr.us-west-2.amazonaws.com/${name}`;
export const base = image("sagemaker-base-python-311:1.0");

export interface Deployed {
  readonly image?: string;
  readonly files?: Readonly<Record<string, string>>;
  /** A file in place of these. */
  readonly archive?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly status?: string;
  readonly isolated?: boolean;
}

/** A server for the tests of a file that serve scripts, and what they do with it. */
export function useScriptServer() {
  const server: TestServer = useServer({ environment: scriptEnvironments });
  const clients = () => clientsOf(server);
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "sagebrush-serving-"));
    await clients().s3.createBucket({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Packs files and puts the archive into the bucket. */
  async function archive(name: string, files: Readonly<Record<string, string>>): Promise<string> {
    const place = join(folder, name);
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(place, file)), { recursive: true });
      writeFileSync(join(place, file), text);
    }
    execFileSync("tar", ["-czf", `${place}.tar.gz`, "-C", place, "."]);
    return put(name, `${place}.tar.gz`);
  }

  async function put(name: string, file: string): Promise<string> {
    await clients().s3.putObject({ Bucket, Key: `${name}.tar.gz`, Body: readFileSync(file) });
    return `s3://${Bucket}/${name}.tar.gz`;
  }

  async function deploy(
    name: string,
    { files, environment = {}, status = "InService", ...more }: Deployed,
  ): Promise<void> {
    const { sagemaker } = clients();
    const ModelDataUrl = more.archive
      ? await put(name, more.archive)
      : await archive(name, { "model.txt": "3", ...files });
    await sagemaker.createModel({
      ModelName: name,
      ExecutionRoleArn: role,
      EnableNetworkIsolation: more.isolated,
      PrimaryContainer: { Image: more.image ?? base, ModelDataUrl, Environment: environment },
    });
    const ProductionVariants = [
      { VariantName: "AllTraffic", ModelName: name, InstanceType: "ml.m5.large" as const, InitialInstanceCount: 1 },
    ];
    await sagemaker.createEndpointConfig({ EndpointConfigName: name, ProductionVariants });
    await sagemaker.createEndpoint({ EndpointName: name, EndpointConfigName: name });
    await expect.poll(async () => (await describe(name)).EndpointStatus, patience).toBe(status);
  }

  const describe = (EndpointName: string) => clients().sagemaker.describeEndpoint({ EndpointName });
  const remove = (EndpointName: string) => clients().sagemaker.deleteEndpoint({ EndpointName });

  async function linesOf(name: string): Promise<string> {
    const { events = [] } = await clients().logs.filterLogEvents({ logGroupName: `/aws/sagemaker/Endpoints/${name}` });
    return events.map(({ message }) => message).join("\n");
  }

  async function ask(EndpointName: string, Body: string, ContentType = "application/json", Accept?: string) {
    const answer = await clients().runtime.invokeEndpoint({ EndpointName, Body, ContentType, Accept });
    return [answer.ContentType, answer.Body.transformToString()];
  }

  return { server, clients, folder: () => folder, archive, deploy, describe, remove, linesOf, ask };
}

/** The status and the words of an answer that was no success. */
export const refusal = (answer: Promise<unknown>): Promise<[number, string]> =>
  answer.then(
    (value) => [200, JSON.stringify(value)],
    (error) => [error.OriginalStatusCode, error.OriginalMessage],
  );
