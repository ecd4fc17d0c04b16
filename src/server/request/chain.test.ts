import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { beforeEach, describe, expect, it } from "vitest";
import type { Caller } from "../../aws/caller.ts";
import { type AnyHandler, defineOperations, type OperationsUnit } from "../../frame/define-operations.ts";
import { administration } from "../../fronts/administration.ts";
import type { Front } from "../../fronts/front.ts";
import { systemTimer } from "../../runs/timer.ts";
import { onObject } from "../../services/platform/s3/s3-permissions.ts";
import { services } from "../../services/services.gen.ts";
import { createWire } from "../../wire/create-wire.ts";
import { createHostNames } from "../../wire/host-names.ts";
import type { HttpRequest } from "../http/http-request.ts";
import type { AccessLogEntry } from "./access-log.ts";
import { type Admission, createAdmission } from "./admission.ts";
import { createFrontDesk } from "./answer-front.ts";
import { createAudit } from "./audit.ts";
import { createCallChain, createHttpChain } from "./chain.ts";
import { type ContextFactory, createContextFactory } from "./context-factory.ts";
import { createFrontGuard } from "./guard-front.ts";
import { createHandlers } from "./handlers.ts";
import { createTestContext } from "./test-context.ts";

const account = "123456789012";
const roleArn = `arn:aws:iam::${account}:role/service-role/Trainer`;
const called = (kind: Caller["kind"], name: string, more: Partial<Caller> = {}): Caller => ({
  kind,
  account,
  arn: `arn:aws:sts::${account}:assumed-role/${name}/x`,
  userId: "AROA:x",
  accessKeyId: "KEY",
  ...more,
});
const administrator = called("administrator", "Administrator");
const run = called("run", "SagebrushRun", {
  grants: [{ actions: ["sagemaker:ListModels"], resources: ["*"] }],
});

/** Handlers that a test observes from inside. */
const echoHandlers: Record<string, AnyHandler> = {
  PutObject: async ({ Body }) => ({ ETag: String(Body instanceof Readable) }),
  GetObject: async (_input, { headers }) => ({ Body: Readable.from([JSON.stringify(headers)]) }),
  HeadObject: async (_input, { caller, origin }) => ({ ETag: caller.arn, VersionId: origin }),
  CopyObject: async ({ Bucket, Key }, { call, as }) => {
    await as(roleArn).call("s3", "HeadObject", { Bucket, Key });
    const { Body } = await call("s3", "GetObject", { Bucket, Key });
    return { CopyObjectResult: { ETag: await text(Body as Readable) } };
  },
};
const echo: OperationsUnit = {
  ...defineOperations("s3", {}),
  operations: echoHandlers,
  permissions: { HeadObject: onObject("s3:GetObject") },
};

let lines: { access: AccessLogEntry[]; service: AccessLogEntry[] };
let caller: Caller;
let contexts: ContextFactory;
let admission: Admission;
let answer: ReturnType<typeof createHttpChain>;
beforeEach(() => compose());

function compose(options: { roles?: "any" | "known"; fronts?: readonly Front[] } = {}) {
  lines = { access: [], service: [] };
  caller = administrator;
  const served = {
    ...services,
    s3: Object.fromEntries(Object.keys(echoHandlers).map((name) => [name, async () => echo])),
  };
  const wire = createWire({
    version: "0.0.0",
    served: Object.fromEntries(Object.entries(served).map(([id, service]) => [id, Object.keys(service)])),
  });
  const logTo = (written: AccessLogEntry[]) => ({
    write: (line: AccessLogEntry) => void written.push(line),
    close() {},
  });
  const audit = createAudit({ access: logTo(lines.access), service: logTo(lines.service) });
  const handlers = createHandlers(served);
  const call = createCallChain({ wire, handlers, audit });
  const host = createTestContext({ units: [], settings: { roles: options.roles ?? "any" } });
  admission = createAdmission(systemTimer);
  contexts = createContextFactory({ host, call, stopping: admission.signal });
  const authenticator = async () => ({ caller, region: "us-west-2" });
  const names = createHostNames("");
  const fronts = createFrontDesk({
    fronts: options.fronts ?? [],
    names,
    guard: createFrontGuard(names, ""),
    sessions: { find: async () => undefined },
    authenticator,
    contexts,
    account,
    region: "us-west-2",
    server: {
      status: () => ({}) as never,
      activity: async () => ({ running: [], ended: [] }),
      reset: async () => {},
      stop() {},
      lend: async () => ({ paths: [] }),
      topicCertificate: async () => undefined,
      connection: () => ({}) as never,
      sessions: {} as never,
      ingestions: {} as never,
      live() {},
    },
  });
  answer = createHttpChain({
    wire,
    authenticator,
    handlers,
    contexts,
    fronts,
    audit,
    admission,
    newRequestId: () => "request-1",
  });
}

function request(method: string, path: string, headers: Record<string, string> = {}, body = ""): HttpRequest {
  return {
    head: { method, path, query: "", headers },
    headBytes: 100,
    body: {
      whole: async () => Buffer.from(body),
      stream: () => Readable.from([body]),
    } as unknown as HttpRequest["body"],
    signal: new AbortController().signal,
    peer: "127.0.0.1",
    own: { address: "127.0.0.1", port: 4620 },
    local: true,
  };
}
const sagemaker = (operation: string, input: object) =>
  answer(
    request("POST", "/", { "x-amz-target": `SageMaker.${operation}`, "user-agent": "test" }, JSON.stringify(input)),
  );
const contextOf = (caller: Caller) => contexts.ofCaller({ caller, region: "us-west-2", requestId: "request-2" });

describe("a request", () => {
  it("walks both halves and is one line of the access log", async () => {
    expect(await sagemaker("ListModels", {})).toMatchObject({ status: 200, body: '{"Models":[]}' });
    expect(lines.access).toMatchObject([
      { via: "http", service: "sagemaker", operation: "ListModels", status: 200, caller: administrator.arn },
    ]);
    expect(lines.service).toEqual([]);
  });

  it("is refused to a caller that is denied it, and audited so", async () => {
    caller = { ...administrator, deny: [{ actions: ["sagemaker:List*"], resources: ["*"] }] };
    expect((await sagemaker("ListModels", {})).body).toContain("explicit deny");
    expect((await sagemaker("DescribeModel", { ModelName: "m" })).body).toContain("Could not find model");
    expect(lines.access).toMatchObject([{ status: 403, error: "AccessDeniedException" }, { status: 400 }]);
  });

  it("is authorized before its constraints are checked", async () => {
    caller = run;
    expect((await sagemaker("DescribeModel", {})).body).toContain("sagemaker:DescribeModel");
  });

  it("hands its headers to its own handler, not to the calls that this makes", async () => {
    const copied = await answer(
      request("PUT", "/bucket/key", { authorization: "x", "x-amz-copy-source": "other/key" }, ""),
    );
    expect(copied.body).toContain("<ETag>{}</ETag>");
    expect(lines.access.map(({ via, operation, caller }) => [via, operation, caller])).toEqual([
      ["call", "HeadObject", `arn:aws:sts::${account}:assumed-role/Trainer/SageMaker`],
      ["call", "GetObject", administrator.arn],
      ["http", "CopyObject", administrator.arn],
    ]);
  });
});

describe("a call in process", () => {
  it("is checked, and its streams stay streams", async () => {
    const { call } = contextOf(administrator);
    await expect(call("sagemaker", "DescribeModel", { ModelName: "no name!" })).rejects.toMatchObject({
      code: "ValidationException",
    });
    expect(await call("s3", "PutObject", { Bucket: "b", Key: "k", Body: Readable.from(["a"]) })).toEqual({
      ETag: "true",
    });
    expect((await call("s3", "GetObject", { Bucket: "b", Key: "k" })).Body).toBeInstanceOf(Readable);
  });

  it("of an operation that is not served is refused and audited", async () => {
    await expect(contextOf(run).call("sagemaker", "CreateProject", {} as never)).rejects.toMatchObject({ status: 501 });
    expect(lines.access).toMatchObject([
      { operation: "CreateProject", error: "UnsupportedOperation", caller: run.arn },
    ]);
  });

  it("is authorized as the run, the role or the service that makes it", async () => {
    await contextOf(run).call("sagemaker", "ListModels", {});
    await expect(contextOf(run).call("sagemaker", "ListEndpoints", {})).rejects.toMatchObject({ status: 403 });
    const role = contextOf(administrator).as(roleArn);
    await role.call("sagemaker", "ListModels", {});
    await expect(role.call("iam", "DeleteRole", { RoleName: "R" })).rejects.toThrow("assumed-role/Trainer/SageMaker");
    const service = contexts.ofService({
      account,
      region: "us-west-2",
      requestId: "request-3",
      origin: "arn:of:a:job",
    });
    await service.call("iam", "GetRole", { RoleName: "R" });
    await expect(service.call("sagemaker", "ListModels", {})).rejects.toMatchObject({ status: 403 });
    expect(lines.access.map(({ operation, status }) => [operation, status])).toEqual([
      ["ListModels", 200],
      ["ListEndpoints", 403],
      ["ListModels", 200],
      ["DeleteRole", 403],
    ]);
    expect(lines.service.map(({ operation, status, error }) => [operation, status, error])).toEqual([
      ["GetRole", 200, undefined],
      ["ListModels", 403, "AccessDeniedException"],
    ]);
  });
});

describe("a context", () => {
  it("keeps what began the work, whoever it acts as", async () => {
    const origin = `arn:aws:sagemaker:us-west-2:${account}:training-job/j`;
    const service = contexts.ofService({ account, region: "us-west-2", requestId: "1", origin });
    expect(await service.as(roleArn).call("s3", "HeadObject", { Bucket: "b", Key: "k" })).toEqual({
      ETag: `arn:aws:sts::${account}:assumed-role/Trainer/SageMaker`,
      VersionId: origin,
    });
    expect(contextOf(administrator).asService().origin).toBe(administrator.arn);
  });

  it("acts as a role of another account only where any role may be named, and then in its own", () => {
    const foreign = "arn:aws:iam::999999999999:role/Trainer";
    expect(contextOf(administrator).as(foreign).caller).toMatchObject({ kind: "role", account });
    compose({ roles: "known" });
    expect(contextOf(administrator).as(roleArn).caller.arn).toContain(":assumed-role/Trainer/");
    for (const arn of [foreign, roleArn.replace("aws", "aws-cn"), "arn:aws:s3:::bucket", "Trainer"])
      expect(() => contextOf(administrator).as(arn)).toThrow(`sts:AssumeRole on resource: ${arn}`);
  });
});

describe("a front", () => {
  const given: object[] = [];
  const page: Front<"activity"> = {
    unit: "front",
    name: "page",
    uses: ["activity"],
    path: "/page",
    callers: "anyone",
    identify: (request) => request.anyone([{ actions: ["sagemaker:ListModels"], resources: ["*"] }]),
    async handle(_request, { call, server }) {
      given.push(server);
      await call("sagemaker", "ListModels", {});
      await call("sagemaker", "ListEndpoints", {});
      throw new Error("not reached");
    },
  };
  beforeEach(() => compose({ fronts: [page, administration] }));

  it("acts as a caller of its own for anyone, and may do what it declares", async () => {
    expect(await answer(request("GET", "/page"))).toMatchObject({
      status: 403,
      body: expect.stringContaining("assumed-role/SagebrushFront/page is not authorized"),
    });
    expect(lines.access).toMatchObject([{ via: "http", service: "front", operation: "page", status: 403 }]);
    expect(lines.service.map(({ operation, status }) => [operation, status])).toEqual([
      ["ListModels", 200],
      ["ListEndpoints", 403],
    ]);
    expect(given.map(Object.keys)).toEqual([["activity"]]);
  });

  it("for the administrator is refused to everyone else", async () => {
    for (const [kind, status] of [
      ["administrator", 200],
      ["run", 403],
      ["role", 403],
    ] as const) {
      caller = called(kind, kind);
      expect(await answer(request("POST", "/_sagebrush/reset"))).toMatchObject({ status });
    }
    expect(lines.access.map(({ caller }) => caller)).toContain(called("role", "role").arn);
  });
});
