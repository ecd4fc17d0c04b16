import {
  bucket,
  type Expected,
  form,
  get,
  invoke,
  listModels,
  listRoles,
  logs,
  model,
  put,
  s3,
  sagemaker,
  whoAmI,
} from "./malformed-drafts.ts";
import type { Draft } from "./raw-request.ts";

const notWhole = "You did not provide the number of bytes specified by the Content-Length HTTP header";
const chunked = (body: string, more: Record<string, string> = {}): Draft =>
  put({
    body,
    headers: {
      "content-encoding": "aws-chunked",
      "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
      "x-amz-trailer": "x-amz-checksum-crc32",
      "x-amz-decoded-content-length": "3",
      ...more,
    },
  });
const unframed = { "content-length": undefined, "transfer-encoding": "chunked" };
export const cutOff: Expected[] = [
  ...[
    listModels({ contentLength: "100" }),
    sagemaker("CreateModel", '{"ModelName":"cut"', { contentLength: "500" }),
    sagemaker("CreateModel", { ...model, ModelName: "cut" }, { contentLength: "500" }),
    logs("CreateLogGroup", { logGroupName: "cut" }, { contentLength: "24" }),
    form("sts", "Action=GetCallerIdentity", { contentLength: "42" }),
    form("iam", "Action=CreateRole&RoleName=cut", { contentLength: "300" }),
    invoke({ body: "1,2", contentLength: "9" }),
    s3("POST", `/${bucket}`, { query: { delete: "" }, body: "<Delete><Object>", contentLength: "100" }),
    put({ body: "abc", contentLength: "4" }),
    put({ body: "", contentLength: "1" }),
    put({
      body: "x".repeat(100_000),
      contentLength: "1000000",
      headers: { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
    }),
    listModels({ afterSigning: unframed, sentBody: "5\r\n{}" }),
    listModels({ afterSigning: unframed, sentBody: "2\r\n{}\r\n" }),
    put({ body: "abc", afterSigning: unframed, sentBody: "9\r\nabc" }),
  ].map((draft): Expected => [draft, 400, "IncompleteBody", notWhole, "ends"]),
  ...["", "3", "3\r\n", "3\r\nab", "3\r\nabc\r\n", "3\r\nabc\r\n0\r\n"].map(
    (body): Expected => [chunked(body), 400, "IncompleteBody", notWhole],
  ),
  [
    chunked("3\r\nabc\r\n0\r\n\r\n"),
    400,
    "MalformedTrailerError",
    "The request contained trailing data that was not well-formed",
  ],
];

const overLimit = "The headers may have 16384 bytes at most.";
const section = "Your request header and query parameters exceed the maximum allowed size.";
const manyHeaders = Object.fromEntries(Array.from({ length: 900 }, (_, i) => [`x-header-${i}`, "0123456789"]));
const wide = (length: number) => ({ "x-wide": "w".repeat(length) });
export const overTheLimit: Expected[] = [
  ...[
    listModels({ headers: wide(16_384) }),
    listModels({ headers: wide(20_000) }),
    listModels({ headers: wide(60_000) }),
    listModels({ headers: manyHeaders }),
    whoAmI({ headers: wide(17_000) }),
    listRoles({ headers: wide(17_000) }),
    invoke({ query: { wide: "w".repeat(17_000) } }),
    logs("DescribeLogGroups", {}, { query: { wide: "w".repeat(17_000) } }),
    { unsigned: true, method: "GET", headers: { cookie: "c".repeat(20_000) } },
    { unsigned: true, method: "GET", path: "/_sagebrush/status", headers: { cookie: "c".repeat(20_000) } },
  ].map((draft): Expected => [draft, 431, "RequestHeaderFieldsTooLarge", overLimit]),
  ...[
    get({ headers: wide(16_384) }),
    get({ headers: manyHeaders }),
    get({ query: { prefix: "p".repeat(17_000) } }),
    get({ query: { prefix: "p".repeat(60_000) } }),
    put({ headers: { "x-amz-meta-wide": "w".repeat(17_000) } }),
    put({ body: "x", headers: { "x-amz-meta-wide": "w".repeat(50_000) } }),
    s3("GET", `/${bucket}/${"k".repeat(20_000)}`),
    s3("DELETE", `/${bucket}/never-there`, { headers: wide(30_000) }),
  ].map((draft): Expected => [draft, 400, "RequestHeaderSectionTooLarge", section]),
  // Over four times the limit the server does not even read the rest.
  [listModels({ headers: wide(70_000) }), 431, "", overLimit],
  [listModels({ headers: wide(300_000) }), 431, "", overLimit],
];

const noHttp = (reason: string) => `The request is not well-formed HTTP/1.1 (${reason}).`;
export const wrongLength: Expected[] = [
  ...["-1", "abc", "1.5", "0x2", "", "1e3", "2, 2", "99999999999999999999", "+2", "2 2", "NaN"].map(
    (contentLength): Expected => [listModels({ contentLength }), 400, "", noHttp("HPE_INVALID_CONTENT_LENGTH")],
  ),
  [put({ body: "ab", contentLength: "x" }), 400, "", noHttp("HPE_INVALID_CONTENT_LENGTH")],
  [put({ body: "ab", contentLength: "-5" }), 400, "", noHttp("HPE_INVALID_CONTENT_LENGTH")],
  [listModels({ afterSigning: { "transfer-encoding": "chunked" } }), 400, "", noHttp("HPE_INVALID_TRANSFER_ENCODING")],
  [
    listModels({ afterSigning: { "content-length": undefined, "transfer-encoding": "gzip" } }),
    400,
    "",
    noHttp("HPE_INVALID_TRANSFER_ENCODING"),
  ],
  [
    listModels({ afterSigning: unframed, sentBody: "zz\r\n{}\r\n0\r\n\r\n" }),
    400,
    "",
    noHttp("HPE_INVALID_CHUNK_SIZE"),
  ],
  [listModels({ contentLength: "9000000" }), 413, "RequestEntityTooLarge", "may have 8388608 bytes at most"],
  [invoke({ body: "1", contentLength: "30000000" }), 413, "RequestEntityTooLarge", "may have 26214400 bytes at most"],
  [
    chunked("3\r\nabc\r\n0\r\n\r\n", { "x-amz-decoded-content-length": "x" }),
    411,
    "MissingContentLength",
    "needs its length in x-amz-decoded-content-length",
  ],
  [
    chunked("3\r\nabc\r\n0\r\n\r\n", { "x-amz-decoded-content-length": "4" }),
    400,
    "IncompleteBody",
    "The chunks do not hold the 4 bytes",
  ],
  [
    chunked("4\r\nabcd\r\n0\r\n\r\n"),
    400,
    "IncompleteBody",
    "The chunks do not hold the 3 bytes that x-amz-decoded-content-length specifies",
  ],
];
