import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { Fault } from "../../../aws/faults.ts";
import { putObject } from "./put-result.ts";
import type { QueryRun } from "./query-run.ts";
import { heedingRefusal } from "./table-files.ts";

const refused = () =>
  Promise.reject(new Fault("AccessDenied", "User: arn is not authorized to perform: s3:PutObject", { status: 403 }));

test("a caller that may not write its result, or read a table's files, is told where", async () => {
  const query = { wanted: { output: "s3://out/r/" } };
  const run = { context: { call: refused }, query } as unknown as QueryRun;
  await expect(putObject(run, "s3://out/r/1.csv", Readable.from(["a"]))).rejects.toMatchObject({
    ...{ type: 1306, category: 2 },
    message: expect.stringMatching(/^Access denied when writing output to url: s3:\/\/out\/r\/1\.csv .*s3:PutObject$/),
  });
  await expect(heedingRefusal({ bucket: "lake", prefix: "t/" }, refused)).rejects.toMatchObject({
    ...{ type: 1306, message: expect.stringMatching(/^Permission denied on S3 path: s3:\/\/lake\/t\/ : User: arn/) },
  });
  const other = () => Promise.reject(new Fault("NoSuchBucket", "none"));
  await expect(heedingRefusal({ bucket: "lake", prefix: "t/" }, other)).rejects.toMatchObject({ code: "NoSuchBucket" });
});
