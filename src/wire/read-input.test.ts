import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Fault } from "../aws/faults.ts";
import { createWire } from "./create-wire.ts";
import { readServiceModel } from "./schema.ts";
import type { FoundRequest, RequestHead } from "./wire.ts";
import { wireServices } from "./wire-services.ts";

const served: Record<string, string[]> = {};
for (const { id, load } of wireServices) served[id] = [...readServiceModel(await load()).operations.keys()];
const wire = createWire({ version: "0", served });

const find = (head: Partial<RequestHead>, form?: Uint8Array): Promise<FoundRequest> =>
  wire.find({ method: "POST", path: "/", query: "", headers: {}, ...head }, form);
const target = (name: string) =>
  find({ headers: { "x-amz-target": name, "content-type": "application/x-amz-json-1.1" } });
const s3 = (method: string, path: string, query = "", headers = {}) => find({ method, path, query, headers });

/** Returns what reading returns, or the fault in the form "Code: text". */
async function read(request: Promise<FoundRequest>, body: string | Uint8Array = ""): Promise<unknown> {
  try {
    return (await request).readInput(Buffer.from(body));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

describe("JSON", () => {
  const create = (document: unknown) => read(target("SageMaker.CreateTrainingJob"), JSON.stringify(document));
  test.each([
    [
      { ResourceConfig: { InstanceCount: "two" } },
      "STRING_VALUE can not be converted to an Integer at 'resourceConfig.instanceCount'",
    ],
    [
      { ResourceConfig: { InstanceCount: 1.5 } },
      "'1.5' can not be converted to an Integer at 'resourceConfig.instanceCount'",
    ],
    [
      { ResourceConfig: { InstanceCount: 2 ** 31 } },
      "'2147483648' can not be converted to an Integer at 'resourceConfig.instanceCount'",
    ],
    [{ ResourceConfig: [] }, "Start of list found where not expected at 'resourceConfig'"],
    [{ TrainingJobName: {} }, "Start of structure or map found where not expected at 'trainingJobName'"],
    [{ TrainingJobName: 7 }, "NUMBER_VALUE can not be converted to a String at 'trainingJobName'"],
    [
      { EnableManagedSpotTraining: "true" },
      "STRING_VALUE can not be converted to a Boolean at 'enableManagedSpotTraining'",
    ],
    [{ Tags: [{ Key: "a" }, { Key: true }] }, "TRUE_VALUE can not be converted to a String at 'tags.2.member.key'"],
    [
      { HyperParameters: { eta: 0.1 } },
      "NUMBER_VALUE can not be converted to a String at 'hyperParameters.eta.member'",
    ],
    [{ Tags: "none" }, "STRING_VALUE can not be converted to a list at 'tags'"],
    [[], "Start of list found where not expected"],
    [null, "NULL_VALUE can not be converted to a structure"],
  ])("%j is refused", async (document, text) => {
    expect(await create(document)).toBe(`SerializationException: ${text}`);
  });

  test("unknown members, nulls and empty optional lists and maps are left out; empty required ones stay", async () => {
    const document = { Foo: 1, RoleArn: null, HyperParameters: {}, InputDataConfig: [], TrainingJobName: "a" };
    expect(await create(document)).toEqual({ TrainingJobName: "a" });
    expect(await read(target("SageMaker.DeleteTags"), '{"TagKeys":[]}')).toEqual({ TagKeys: [] });
    expect(await read(target("SageMaker.ListModels"))).toEqual({});
  });

  test("__proto__ is a key like any other", async () => {
    const input = (await read(
      target("SageMaker.CreateTrainingJob"),
      '{"__proto__":{"RoleArn":"x"},"HyperParameters":{"__proto__":"kept"}}',
    )) as { RoleArn?: string; HyperParameters: object };
    expect(input.RoleArn).toBeUndefined();
    expect(Object.entries(input.HyperParameters)).toEqual([["__proto__", "kept"]]);
  });

  test("timestamps are read in seconds and as date-time, and refused beyond what a date can be", async () => {
    const list = (value: unknown) => read(target("SageMaker.ListModels"), JSON.stringify({ CreationTimeAfter: value }));
    expect(await list(1.5)).toEqual({ CreationTimeAfter: new Date(1500) });
    expect(await list("2026-11-21T09:08:07Z")).toEqual({ CreationTimeAfter: new Date("2026-11-21T09:08:07Z") });
    expect(await list(1e300)).toBe(
      "SerializationException: '1e+300' can not be converted to a Timestamp at 'creationTimeAfter'",
    );
  });

  test("a body that is not JSON or not UTF-8 is refused", async () => {
    expect(await read(target("SageMaker.ListModels"), "{")).toMatch(
      /^SerializationException: Could not parse request body into json: /,
    );
    expect(await read(target("SageMaker.ListModels"), Uint8Array.of(0xff))).toBe(
      "SerializationException: Could not parse request body into json: it is not UTF-8",
    );
  });
});

describe("forms", () => {
  const form = (text: string) =>
    read(find({ headers: { "content-type": "application/x-www-form-urlencoded" } }, Buffer.from(text)), text);
  test("a list's members come in the order of their numbers", async () => {
    const text =
      "Action=SimulatePrincipalPolicy&Version=2010-05-08&ActionNames.member.10=c&ActionNames.member.2=b&ActionNames.member.1=a%2Bb+c";
    expect(await form(text)).toEqual({ ActionNames: ["a+b c", "b", "c"] });
  });
  test("a wrong number names its member", async () => {
    expect(await form("Action=ListRoles&Version=2010-05-08&MaxItems=many")).toBe(
      "MalformedInput: 'many' can not be converted to an Integer at 'maxItems'",
    );
  });
  test("members the schema does not know are left out", async () => {
    const text = "Action=ListRoles&Version=2010-05-08&Foo=1&Bar.member.1.Baz=2&MaxItems=3";
    expect(await form(text)).toEqual({ MaxItems: 3 });
  });
  test("the query of a GET does as well", async () => {
    const found = await find({ method: "GET", query: "Action=GetCallerIdentity&Version=2011-06-15" });
    expect([found.operationName, found.protocol]).toEqual(["GetCallerIdentity", "awsQuery"]);
  });
});

describe("S3", () => {
  test.each([
    ["<Delete><Object><Key>a</Key></Object>", "it ends inside Delete"],
    ["<Delete><Object></Delete></Object>", "Delete is closed and not open"],
    ["{}", "text stands outside the root element"],
    ['<!DOCTYPE d [<!ENTITY a "b">]><Delete/>', "declarations are not allowed"],
    ["", "it is empty"],
    ["<Delete><Quiet>perhaps</Quiet></Delete>", "'perhaps' can not be converted to a Boolean at 'quiet'"],
  ])("%s is refused", async (document, text) => {
    const malformed = "The XML you provided was not well-formed or did not validate against our published schema";
    expect(await read(s3("POST", "/b", "delete"), document)).toBe(`MalformedXML: ${malformed}: ${text}`);
  });
  test("keys come through XML as they are", async () => {
    const document =
      "<Delete xmlns='x'><Object><Key>a&#10;&amp;&#x1F33F;<![CDATA[<b>]]></Key></Object><!-- no --></Delete>";
    expect(await read(s3("POST", "/b", "delete"), document)).toMatchObject({
      Delete: { Objects: [{ Key: "a\n&🌿<b>" }] },
    });
  });
  test("elements, headers and parameters the schema does not know are left out", async () => {
    const document = "<Delete><Foo><Key>no</Key></Foo><Object><Key>a</Key><Bar/></Object></Delete>";
    const request = s3("POST", "/b", "delete&foo=1", { "x-amz-foo": "1" });
    expect(await read(request, document)).toEqual({ Bucket: "b", Delete: { Objects: [{ Key: "a" }] } });
  });
  test("a path that is not UTF-8 is refused", async () => {
    expect(await read(s3("GET", "/b/%ff"))).toBe("InvalidURI: Couldn't parse the specified URI.");
  });
  test("headers of the wrong type are refused", async () => {
    expect(await read(s3("PUT", "/b/k", "partNumber=x&uploadId=u"))).toBe(
      "InvalidArgument: Part number must be an integer between 1 and 10000, inclusive",
    );
    expect(await read(s3("GET", "/b", "max-keys=many"))).toBe(
      "InvalidArgument: Provided max-keys not an integer or within integer range",
    );
    expect(await read(s3("GET", "/b", "list-type=2&fetch-owner=perhaps"))).toBe(
      "InvalidArgument: The value of fetch-owner is not valid",
    );
  });
  test.each([
    ["GET", "x-amz-checksum-mode", "enabled", { ChecksumMode: "ENABLED" }],
    ["GET", "x-amz-request-payer", "Requester", { RequestPayer: "requester" }],
    ["PUT", "x-amz-sdk-checksum-algorithm", "crc32", { ChecksumAlgorithm: "CRC32" }],
    ["PUT", "x-amz-acl", "Bucket-Owner-Full-Control", { ACL: "bucket-owner-full-control" }],
    ["PUT", "x-amz-storage-class", " standard ", { StorageClass: "STANDARD" }],
    ["PUT", "x-amz-server-side-encryption", "aes256", { ServerSideEncryption: "AES256" }],
    ["PUT", "x-amz-server-side-encryption-bucket-key-enabled", "TRUE", { BucketKeyEnabled: true }],
    ["PUT", "x-amz-meta-a", "b\xc3\xa9", { Metadata: { a: "bé" } }],
    ["PUT", "x-amz-meta-a", "b\xe9", { Metadata: { a: "bé" } }],
  ])("%s with %s: %s is read leniently", async (method, name, value, expected) => {
    expect(await read(s3(method, "/b/k", "", { [name]: value }))).toMatchObject(expected);
  });
  test.each([
    ["x-amz-checksum-mode", "perhaps"],
    ["if-modified-since", "yesterday"],
    ["x-amz-request-payer", "me"],
  ])("%s: %s is ignored", async (name, value) => {
    expect(await read(s3("GET", "/b/k", "", { [name]: value }))).toEqual({ Bucket: "b", Key: "k" });
  });
  test.each([
    ["x-amz-acl", "privat", "InvalidArgument: "],
    ["x-amz-storage-class", "COLD", "InvalidStorageClass: The storage class you specified is not valid"],
    ["x-amz-server-side-encryption", "rot13", "InvalidArgument: The encryption method specified is not supported"],
    ["x-amz-object-lock-mode", "SOFT", "InvalidArgument: Unknown wormMode directive."],
    ["x-amz-object-lock-legal-hold", "MAYBE", "InvalidArgument: Legal Hold must be either of 'ON' or 'OFF'"],
    ["x-amz-sdk-checksum-algorithm", "ADLER", "InvalidRequest: Checksum algorithm provided is unsupported."],
  ])("%s: %s is refused in S3's words", async (name, value, text) => {
    expect(await read(s3("PUT", "/b/k", "", { [name]: value }))).toContain(text);
  });
  test.each([
    ["x-amz-metadata-directive", "MOVE", "InvalidArgument: Unknown metadata directive."],
    ["x-amz-tagging-directive", "MOVE", "InvalidArgument: Unknown tagging directive."],
  ])("a copy's %s: %s is refused in S3's words", async (name, value, text) => {
    expect(await read(s3("PUT", "/b/k", "", { "x-amz-copy-source": "b/a", [name]: value }))).toBe(text);
  });
  test("a parameter that has two values is refused, because their order is not signed", async () => {
    expect(await read(s3("GET", "/b", "prefix=a&prefix=b"))).toMatch(/^InvalidArgument: The parameter prefix is given/);
    expect(await read(s3("GET", "/b", "list-type=2&list-type=1"))).toMatch(/^InvalidArgument: The parameter list-type/);
    expect(await read(s3("GET", "/b", "prefix=a&prefix=a"))).toMatchObject({ Prefix: "a" });
  });
  test("a document with another root element is refused", async () => {
    const objects = "<Object><Key>k</Key></Object>";
    const found = (root: string) => read(s3("POST", "/b", "delete"), `<${root}>${objects}</${root}>`);
    expect(await found("Delete")).toMatchObject({ Delete: { Objects: [{ Key: "k" }] } });
    for (const root of ["delete", "DeleteObjects", "Remove"]) expect(await found(root)).toMatch(/^MalformedXML: /);
    const parts = "<Part><PartNumber>1</PartNumber><ETag>e</ETag></Part>";
    const completed = (root: string) => read(s3("POST", "/b/k", "uploadId=u"), `<${root}>${parts}</${root}>`);
    expect(await completed("CompleteMultipartUpload")).toMatchObject({ MultipartUpload: { Parts: [{}] } });
    expect(await completed("CompletedMultipartUpload")).toMatch(/^MalformedXML: /);
    expect(await read(s3("PUT", "/b"), "<LocationConstraint>eu-west-1</LocationConstraint>")).toMatch(
      /^MalformedXML: /,
    );
  });
  test("aws-chunked belongs to the transfer, not to the object", async () => {
    const headers = {
      "content-encoding": "aws-chunked,gzip",
      "content-length": "99",
      "x-amz-decoded-content-length": "7",
    };
    expect(await read(s3("PUT", "/b/k", "", headers))).toMatchObject({ ContentEncoding: "gzip", ContentLength: 7 });
  });
});

describe("operations that the service does not have", () => {
  const refusal = async (found: Promise<FoundRequest>) => {
    const { refusal: fault, protocol } = await found;
    return [protocol, fault?.status, fault?.code, fault?.message];
  };
  const signed = `AWS4-HMAC-SHA256 Credential=K/20261121/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=0`;
  const form = (body: string) =>
    find(
      { headers: { "content-type": "application/x-www-form-urlencoded", authorization: signed } },
      Buffer.from(body),
    );
  test.each([
    [
      "Action=GetCallerIdentity&Version=1999-01-01",
      "Could not find operation GetCallerIdentity for version 1999-01-01",
    ],
    ["Action=Nothing&Version=2011-06-15", "Could not find operation Nothing for version 2011-06-15"],
    ["Action=&Version=2011-06-15", "Could not find operation  for version 2011-06-15"],
    ["Action=constructor&Version=2011-06-15", "Could not find operation constructor for version 2011-06-15"],
  ])("%s", async (body, words) => {
    expect(await refusal(form(body))).toEqual(["awsQuery", 400, "InvalidAction", words]);
  });
  test("a path of RPC v2", async () => {
    const path = "/service/GraniteServiceVersion20100801/operation/Nothing";
    const found = find({ path, headers: { "smithy-protocol": "rpc-v2-cbor" } });
    expect((await refusal(found)).slice(0, 3)).toEqual(["rpcV2Cbor", 501, "UnsupportedOperation"]);
  });
});

describe("whatever it is given, a reader returns or throws a Fault", () => {
  const targets = (["sagemaker", "logs", "cloudwatch"] as const).flatMap((id) => {
    const { targetPrefix } = wireServices.find((service) => service.id === id)!;
    return served[id]!.map((name) => `${targetPrefix}.${name}`);
  });
  const members = [
    "Tags",
    "HyperParameters",
    "ResourceConfig",
    "InstanceCount",
    "Key",
    "logEvents",
    "MetricData",
    "timestamp",
  ];
  const document = fc.jsonValue({ maxDepth: 4 });
  const likely = fc.dictionary(fc.constantFrom(...members), document);

  test("JSON", () =>
    fc.assert(
      fc.asyncProperty(fc.constantFrom(...targets), fc.oneof(document, likely), async (name, value) => {
        const input = await read(target(name), JSON.stringify(value));
        if (typeof input === "object") await checked(target(name), input as Record<string, unknown>);
      }),
      { numRuns: 500, seed: 3 },
    ));
  test("bytes", () =>
    fc.assert(
      fc.asyncProperty(fc.constantFrom(...targets), fc.uint8Array({ maxLength: 200 }), async (name, bytes) => {
        await read(target(name), bytes);
      }),
      { numRuns: 300, seed: 3 },
    ));
  test("forms", () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...served.iam!),
        fc.array(
          fc.tuple(
            fc.stringMatching(/^(ActionNames|Tags|MaxItems|RoleName)(\.(member|entry|1|2|Key|x)){0,4}$/),
            fc.string(),
          ),
        ),
        async (name, fields) => {
          const text = new URLSearchParams([["Action", name], ["Version", "2010-05-08"], ...fields]).toString();
          const found = find({ headers: { "content-type": "application/x-www-form-urlencoded" } }, Buffer.from(text));
          const input = await read(found, text);
          if (typeof input === "object") await checked(found, input as Record<string, unknown>);
        },
      ),
      { numRuns: 300, seed: 3 },
    ));
  test("S3 requests", () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom("GET", "PUT", "POST", "DELETE", "HEAD", "PATCH"),
        fc.stringMatching(/^\/(b?\/?)([%a-z/.+]|%2F|%E4){0,8}$/),
        fc.stringMatching(/^((uploads|delete|list-type|partNumber|uploadId|max-keys|%)(=[0-9a-z%]{0,3})?&){0,3}$/),
        fc.dictionary(fc.constantFrom("range", "x-amz-copy-source", "if-modified-since", "x-amz-meta-a"), fc.string()),
        fc.oneof(
          fc.string(),
          fc.stringMatching(/^(<Delete>|<\/Delete>|<Object>|<Key>|<\/Key>|a|&amp;|<!--|-->|<!\[CDATA\[|\]\]>){0,9}$/),
        ),
        async (method, path, query, headers, body) => {
          const found = await s3(method, path, query, headers);
          if (!found.refusal) await read(Promise.resolve(found), body);
          found.writeFault(new Fault("NoSuchKey", body), "id");
        },
      ),
      { numRuns: 1000, seed: 3 },
    ));
  test("a document nested a million deep", async () => {
    const deep = 1_000_000;
    expect(
      await read(target("SageMaker.CreateTrainingJob"), `{"Tags":${"[".repeat(deep)}${"]".repeat(deep)}}`),
    ).toMatch(/Exception: /);
    expect(await read(s3("POST", "/b", "delete"), "<a>".repeat(deep))).toMatch(/^MalformedXML: /);
  });

  async function checked(found: Promise<FoundRequest>, input: Record<string, unknown>): Promise<void> {
    try {
      (await found).operation!.checkConstraints(input);
    } catch (error) {
      expect(error).toBeInstanceOf(Fault);
    }
  }
});
