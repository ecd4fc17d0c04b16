import { gzipSync } from "node:zlib";
import type { Expected } from "./malformed-drafts.ts";
import type { Draft } from "./raw-request.ts";

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");
const inCbor = (body: Uint8Array, headers: Record<string, string> = {}, operation = "ListMetrics"): Draft => ({
  path: `/service/GraniteServiceVersion20100801/operation/${operation}`,
  service: "monitoring",
  headers: { "smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor", ...headers },
  body,
});
const inJson = (body: Uint8Array, headers: Record<string, string> = {}): Draft => ({
  service: "monitoring",
  headers: {
    "x-amz-target": "GraniteServiceVersion20100801.ListMetrics",
    "content-type": "application/x-amz-json-1.0",
    ...headers,
  },
  body,
});
const inForm = (body: string | Uint8Array, headers: Record<string, string> = {}, service = "monitoring"): Draft => ({
  service,
  headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8", ...headers },
  body,
});

const parse = "Could not parse request body into CBOR: ";
const notCbor = (
  [
    ["bf", "the document ends within an item, at byte 1"],
    ["a169", "the document ends within an item, at byte 2"],
    ["a1694e616d6573706163657b00100000", "the document ends within an item"],
    ["a161789bffffffffffffffff", "the document ends within an item"],
    ["a16178c25bffffffffffffffff", "the document ends within an item"],
    ["a0a0", "bytes follow the document"],
    ["ff", "the byte 0xff begins no item"],
    ["1e", "the byte 0x1e begins no item"],
    ["a10102", "a key is not a text"],
    ["a1694e616d65737061636562c328", "a text is not UTF-8"],
    ["a1694e616d6573706163657f4161ff", "a part of a text or byte string is of another kind"],
    ["7b7d", "the document ends within an item"],
  ] as const
).map(([body, words]): Expected => [inCbor(hex(body)), 400, "SerializationException", parse + words]);
const wrongType = (
  [
    ["80", "Start of list found where not expected"],
    ["a1694e616d65737061636501", "NUMBER_VALUE can not be converted to a String at 'namespace'"],
    ["a16a44696d656e73696f6e7381a1644e616d65a0", "expected at 'dimensions.1.member.name'"],
  ] as const
).map(([body, words]): Expected => [inCbor(hex(body)), 400, "SerializationException", words]);

/** CBOR that cannot be read, and requests of RPC v2 that are none. */
export const badCbor: readonly Expected[] = [
  ...notCbor,
  ...wrongType,
  [inCbor(Buffer.concat([hex("a16178"), Buffer.alloc(1_000_000, 0x81)])), 400, "SerializationException", "too deeply"],
  [inCbor(hex("a0"), { "content-type": "application/json" }), 415, "UnsupportedMediaTypeException", "application/cbor"],
  [inCbor(hex("a0"), { "content-type": "" }), 415, "UnsupportedMediaTypeException", 'not ""'],
  [
    inCbor(hex("a0"), { "x-amz-target": "GraniteServiceVersion20100801.ListMetrics" }),
    400,
    "SerializationException",
    "can not have the header X-Amz-Target",
  ],
  [inCbor(hex("a0"), {}, "PutDashboard"), 501, "UnsupportedOperation", "CloudWatch.PutDashboard is not built"],
  [inCbor(hex("a0"), {}, "Nothing"), 501, "UnsupportedOperation", "CloudWatch.Nothing is not built"],
  [
    { ...inCbor(hex("a0")), path: "/service/SageMaker/operation/ListModels", service: "sagemaker" },
    501,
    "UnsupportedOperation",
    "SageMaker.ListModels is not built",
  ],
  [
    { ...inCbor(hex("a0")), unsigned: true },
    403,
    "MissingAuthenticationTokenException",
    "Missing Authentication Token",
  ],
  [{ ...inCbor(hex("a0")), secretAccessKey: "wrong" }, 403, "InvalidSignatureException", "does not match"],
  [inCbor(hex("a0"), {}, "GetMetricStatistics"), 400, "ValidationException", "Member must not be null"],
];

const fields = "Action=ListMetrics&Version=2010-08-01";
const corrupt = (zipped: Buffer) => {
  zipped[zipped.length - 6]! ^= 1;
  return zipped;
};
/** The same fault in each of the protocols, whose codes differ. */
const coded = (
  encode: (body: Buffer) => Uint8Array,
  encoding: string,
  status: number,
  code: string | undefined,
  words: string,
): Expected[] => {
  const headers = { "content-encoding": encoding };
  return [
    [inJson(encode(Buffer.from("{}")), headers), status, code ?? "SerializationException", words],
    [inCbor(encode(hex("a0")), headers), status, code ?? "SerializationException", words],
    [inForm(encode(Buffer.from(fields)), headers), status, code ?? "MalformedInput", words],
  ];
};
const bombBytes = 64 * 1024 * 1024;
const bomb = gzipSync(Buffer.alloc(bombBytes));

/** Bodies that Content-Encoding describes wrongly, or that are too large inflated; strangers get nothing inflated. */
export const badContentCoding: readonly Expected[] = [
  ...coded((body) => gzipSync(body).subarray(0, -3), "gzip", 400, undefined, "unexpected end of file"),
  ...coded((body) => corrupt(gzipSync(body)), "gzip", 400, undefined, "incorrect data check"),
  ...coded((body) => body, "gzip", 400, undefined, "Could not inflate the request body"),
  ...coded(gzipSync, "gzip, gzip", 400, undefined, "Could not inflate the request body"),
  ...coded(() => bomb, "gzip", 413, "RequestEntityTooLarge", "may have 8388608 bytes at most"),
  ...[inJson, inCbor].map(
    (draft): Expected => [
      { ...draft(bomb, { "content-encoding": "gzip" }), secretAccessKey: "wrong" },
      403,
      "InvalidSignatureException",
      "does not match",
    ],
  ),
  [
    { ...inForm(bomb, { "content-encoding": "gzip" }), secretAccessKey: "wrong" },
    403,
    "SignatureDoesNotMatch",
    "does not match",
  ],
  [{ ...inForm(bomb, { "content-encoding": "gzip" }), unsigned: true }, 403, "AccessDenied", "Access Denied"],
  ...coded(gzipSync, "br", 415, "UnsupportedMediaTypeException", 'The content coding "br"'),
  ...coded(gzipSync, "gzip,gzip,gzip,gzip,gzip", 415, "UnsupportedMediaTypeException", "5 content codings"),
];

const versions = { sts: "2011-06-15", iam: "2010-05-08", monitoring: "2010-08-01" };
const known = { sts: "GetCallerIdentity", iam: "ListRoles", monitoring: "ListMetrics" };

/** Forms and queries that mean no operation of the service: another version, or another name. */
export const wrongAction: readonly Expected[] = (["sts", "iam", "monitoring"] as const).flatMap((service) => {
  const refused = (action: string, version: string, ...more: readonly [] | readonly [Draft]): Expected => [
    more[0] ?? inForm(`Action=${action}&Version=${version}`, {}, service),
    400,
    "InvalidAction",
    `Could not find operation ${action} for version ${version}`,
  ];
  const action = known[service];
  return [
    refused(action, "1999-01-01"),
    refused(action, "2012-11-05"),
    refused(action, ""),
    refused("Nothing", versions[service]),
    refused("", versions[service]),
    refused(action.toLowerCase(), versions[service]),
    refused(action, "NO_VERSION_SPECIFIED", inForm(`Action=${action}`, {}, service)),
    refused(action, "1999-01-01", { method: "GET", service, query: { Action: action, Version: "1999-01-01" } }),
  ];
});
