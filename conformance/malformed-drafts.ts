import type { Draft } from "./raw-request.ts";

/** A request that something is wrong with, and its answer: status, code and what stands in the message. */
export type Expected = readonly [draft: Draft, status: number, code: string, text: string, ends?: "ends"];

/** The bucket that rows about S3 speak of. It is there and stays empty. */
export const bucket = "malformed-bucket";

export const target = (name: string) => ({ "x-amz-target": name, "content-type": "application/x-amz-json-1.1" });
const encode = (body: unknown) =>
  typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
export const sagemaker = (operation: string, body: unknown, more: Draft = {}): Draft => ({
  ...more,
  headers: { ...target(`SageMaker.${operation}`), ...more.headers },
  body: encode(body),
});
export const logs = (operation: string, body: unknown, more: Draft = {}): Draft => ({
  ...more,
  service: "logs",
  headers: target(`Logs_20140328.${operation}`),
  body: encode(body),
});
export const form = (service: string, body: string, more: Draft = {}): Draft => ({
  ...more,
  service,
  headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8", ...more.headers },
  body,
});
export const s3 = (method: string, path: string, more: Draft = {}): Draft => ({ ...more, method, path, service: "s3" });
export const put = (more: Draft): Draft => s3("PUT", `/${bucket}/never-there`, more);
export const get = (more: Draft): Draft => s3("GET", `/${bucket}`, more);
export const invoke = (more: Draft): Draft => ({
  ...more,
  path: "/endpoints/none/invocations",
  headers: { "content-type": "text/csv" },
});
export const listModels = (more: Draft = {}): Draft => sagemaker("ListModels", {}, more);
export const whoAmI = (more: Draft = {}): Draft => form("sts", "Action=GetCallerIdentity&Version=2011-06-15", more);
export const listRoles = (more: Draft = {}): Draft => form("iam", "Action=ListRoles&Version=2010-05-08", more);

/** What CreateModel needs. */
export const model = { ModelName: "a", ExecutionRoleArn: "arn:aws:iam::123456789012:role/SageMakerRole" };
