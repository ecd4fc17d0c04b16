import { expect, test } from "vitest";
import { createTestContext } from "../../../server/request/test-context.ts";
import { queue } from "./queue.ts";
import { type QueueDocument, queueUrl } from "./queue-kind.ts";

test.each([
  [{}, "http://127.0.0.1:4620"],
  [{ host: "sagebrush.example:8080" }, "http://sagebrush.example:8080"],
  [{ host: "sagebrush.example", "x-forwarded-proto": "http, https" }, "https://sagebrush.example"],
  [{ host: "sagebrush.example", "x-forwarded-proto": "https, http" }, "http://sagebrush.example"],
  [{ host: "10.0.0.7:4620" }, "https://public.example:8443", "https://public.example:8443"],
])(
  "the URL of a queue leads where the caller has come from, or where others reach the server: %o",
  (headers, base, publicUrl = "") => {
    const context = createTestContext({ units: [queue], settings: { publicUrl } });
    const document = { key: { account: "123456789012" }, wanted: { QueueName: "orders" } } as QueueDocument;
    const asked = Object.assign(Object.create(context), { headers });
    expect(queueUrl(asked, document)).toBe(`${base}/123456789012/orders`);
  },
);
