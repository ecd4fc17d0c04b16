import { beforeEach, expect, it } from "vitest";
import type { Clock } from "../../base/clock.ts";
import { signRequest } from "../../cli/sign-request.ts";
import { runAccessKey } from "../../runs/run-key.ts";
import { createMemoryResourceStore } from "../../stores/resources/memory.ts";
import type { ResourceStore } from "../../stores/resources/port.ts";
import type { AccessKey } from "../home/keys.ts";
import type { HttpRequest } from "../http/http-request.ts";
import { administratorCaller, createAdministratorKeys } from "./administrator.ts";
import { type Authenticator, createAuthenticator } from "./authenticate.ts";
import type { KeySource } from "./key-source.ts";
import { createRunKeys } from "./run-keys.ts";

const clock: Clock = { now: () => Date.UTC(2026, 10, 21) };
const account = "123456789012";
const runId = "01KAJ5T2B7QZ0000000000RUN1";
const key = { account, region: "us-west-2", kind: "sagebrush/run", name: runId };
const grants = [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::data/*"] }];
const administrator = { accessKeyId: "SBAKADMINISTRATOR", secret: "secret-of-administrator" };

let resources: ResourceStore;
let authenticate: Authenticator;
beforeEach(async () => {
  resources = createMemoryResourceStore({ clock });
  authenticate = createAuthenticator({
    sources: [
      createAdministratorKeys(administrator, administratorCaller(account, administrator.accessKeyId, "root")),
      createRunKeys({ account, runSecret: "secret-of-runs", resources, roles: "any" }),
    ],
    clock,
    defaultRegion: "us-east-1",
  });
  const document = {
    key,
    id: runId,
    schema: 3,
    status: "Active",
    created: 0,
    modified: 0,
    wanted: { grants },
    actual: {},
  };
  await resources.write([{ put: document, expected: "absent" }]);
});

/** Makes a request without a body, signed as the command line signs it. */
function by(accessKey: AccessKey, region = "us-west-2"): Promise<unknown> {
  const url = new URL("http://127.0.0.1:4620/_sagebrush/status");
  const headers = signRequest({ method: "GET", url, key: accessKey, region, now: clock.now() });
  const request: HttpRequest = {
    head: { method: "GET", path: url.pathname, query: "", headers: { host: url.host, ...headers } },
    headBytes: 500,
    body: { whole: async () => new Uint8Array() } as unknown as HttpRequest["body"],
    signal: new AbortController().signal,
    peer: "127.0.0.1",
    own: { address: "127.0.0.1", port: 4620 },
    local: true,
  };
  return authenticate(request, { family: "json", signingName: "sagebrush" }, 1000);
}

it("knows the administrator, and the region that was signed", async () => {
  expect(await by(administrator, "ap-southeast-2")).toMatchObject({
    caller: { kind: "administrator", arn: "arn:aws:iam::123456789012:root", userId: account },
    region: "ap-southeast-2",
  });
});

it("knows a run by the key that follows from its id, in its region and in others", async () => {
  const runKey = runAccessKey("secret-of-runs", runId);
  for (const region of ["us-west-2", "eu-west-1"]) {
    expect(await by(runKey, region)).toMatchObject({ caller: { kind: "run", runId, grants }, region });
  }
  await expect(by({ ...runKey, secret: "another" })).rejects.toMatchObject({ code: "InvalidSignatureException" });
});

it("knows the role of a run's job by a key of its own, and none for a run without a role", async () => {
  const roleKey = runAccessKey("secret-of-runs", runId, "SBRR");
  await expect(by(roleKey)).rejects.toMatchObject({ code: "UnrecognizedClientException" });
  const document = (await resources.get(key))!;
  const wanted = { ...(document.wanted as object), role: `arn:aws:iam::${account}:role/Trainer` };
  await resources.write([{ put: { ...document, wanted }, expected: 1 }]);
  expect(await by(roleKey)).toMatchObject({
    caller: {
      kind: "role",
      arn: `arn:aws:sts::${account}:assumed-role/Trainer/SageMaker`,
      accessKeyId: `SBRR${runId}`,
    },
  });
  await expect(by({ ...roleKey, secret: runAccessKey("secret-of-runs", runId).secret })).rejects.toMatchObject({
    code: "InvalidSignatureException",
  });
});

it("does not know a run that has ended, or one that never was", async () => {
  const document = (await resources.get(key))!;
  await resources.write([{ put: { ...document, status: "Ended" }, expected: 1 }]);
  for (const id of [runId, "01KAJ5T2B7QZ0000000000RUN2", ""]) {
    const runKey = runAccessKey("secret-of-runs", id);
    await expect(by(runKey)).rejects.toMatchObject({ code: "UnrecognizedClientException", status: 403 });
  }
});

it("asks its sources in order, and only as far as needed", async () => {
  const asked: string[] = [];
  const source = (name: string, secret?: string): KeySource => ({
    async find(accessKeyId, region) {
      asked.push(`${name} ${accessKeyId} ${region}`);
      return secret === undefined
        ? undefined
        : { secret, caller: { kind: "role", account, arn: name, userId: "", accessKeyId } };
    },
  });
  authenticate = createAuthenticator({
    sources: [source("first"), source("second", "right"), source("third", "wrong")],
    clock,
    defaultRegion: "us-east-1",
  });
  expect(await by({ accessKeyId: "KEY", secret: "right" })).toMatchObject({ caller: { arn: "second" } });
  expect(asked).toEqual(["first KEY us-west-2", "second KEY us-west-2"]);
});

it("finds no run by a part of its id", async () => {
  const keys = createRunKeys({ account, runSecret: "secret-of-runs", resources, roles: "any" });
  for (const id of ["", runId.slice(0, 20), runId.toLowerCase()])
    expect(await keys.find(`SBRN${id}`, "eu-west-1")).toBeUndefined();
  expect(await keys.find(runId, "us-west-2")).toBeUndefined();
  expect(await keys.find(`SBRN${runId}`, "eu-west-1")).toMatchObject({ caller: { runId } });
});
