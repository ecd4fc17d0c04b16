import { describe, expect, it } from "vitest";
import { createTestContext } from "../server/request/test-context.ts";
import type { ResourceDocument, ResourceKey } from "../stores/resources/port.ts";
import { holdWaiter, sentByWaiter } from "./waiter.ts";

// User-Agent headers as boto3 1.44 and AWS CLI 1.46 send them.
it.each([
  [
    "Boto3/1.44.5 md/Botocore#1.44.5 ua/2.1 os/linux#6.1 md/arch#x86_64 lang/python#3.11.7 md/pyimpl#CPython m/Z,B,b cfg/retry-mode#legacy Botocore/1.44.5",
    true,
  ],
  ["aws-cli/1.46.3 md/awscrt#0 ua/2.1 os/linux m/B cfg/retry-mode#standard", true],
  ["Boto3/1.44.5 m/Z,b cfg/retry-mode#legacy", false],
  ["aws-sdk-js/3.1142.0 ua/2.1 os/linux lang/js md/nodejs#24.21.0 api/sagemaker#3.1142.0 m/E,N", false],
  ["", false],
  [undefined, false],
])("%s", (userAgent, waiter) => {
  expect(sentByWaiter(userAgent)).toBe(waiter);
});

describe("a Describe", () => {
  const keyOf = (name: string): ResourceKey => ({ account: "1", region: "r", kind: "sagemaker/thing", name });
  const isFinal = ({ status }: ResourceDocument) => status === "Done";
  /** Lets every promise that can go on do so. */
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  function holding({ userAgent = "Boto3/1.44.5 m/B", holdWaiters = "on" as "on" | "off" } = {}) {
    const plain = createTestContext({ units: [], settings: { holdWaiters } });
    const aborted = new AbortController();
    const counts = { reads: 0, watches: 0 };
    const resources: typeof plain.resources = {
      ...plain.resources,
      get(key) {
        counts.reads++;
        return plain.resources.get(key);
      },
      watch(keys, changed) {
        counts.watches++;
        const unwatch = plain.resources.watch(keys, changed);
        return () => {
          counts.watches--;
          unwatch();
        };
      },
    };
    const context = { ...plain, resources, headers: { "user-agent": userAgent }, signal: aborted.signal };
    const write = async (name: string, status: string) => {
      const found = await plain.resources.get(keyOf(name));
      const rest = { id: name, schema: 1, created: 0, modified: 0, wanted: {}, actual: {} };
      await plain.resources.write([
        { put: { key: keyOf(name), status, ...rest }, expected: found?.version ?? "absent" },
      ]);
    };
    /** Looks at the document once the request is no longer held; that read is not counted. */
    const describing = async (name: string) => {
      await holdWaiter(context, keyOf(name), isFinal);
      return plain.resources.get(keyOf(name));
    };
    return { context, counts, write, describing, abort: () => aborted.abort() };
  }

  it.each([
    ["of another client", { userAgent: "Boto3/1.44.5 m/Z" }],
    ["under the setting holdWaiters=off", { holdWaiters: "off" as "off" | "on" }],
  ])("%s is answered at once", async (_, options) => {
    const { counts, write, describing } = holding(options);
    await write("a", "Under way");
    expect(await describing("a")).toMatchObject({ status: "Under way" });
    expect(counts).toEqual({ reads: 0, watches: 0 });
  });

  it("of a waiter is answered once the status is final, or the document gone", async () => {
    const { context, counts, write, describing } = holding();
    await write("a", "Under way");
    await write("b", "Under way");
    const [a, b] = [describing("a"), describing("b")];
    await turn();
    await write("a", "Nearly");
    await write("a", "Done");
    await context.resources.write([{ delete: keyOf("b"), expected: 1 }]);
    expect(await a).toMatchObject({ status: "Done", version: 3 });
    expect(await b).toBeUndefined();
    expect(await describing("a")).toMatchObject({ status: "Done" });
    expect(counts.watches).toBe(0);
  });

  it("of a waiter misses no change that falls into its read", async () => {
    const { context, write, describing } = holding();
    await write("a", "Under way");
    const read = context.resources.get;
    context.resources.get = async (key) => {
      context.resources.get = read;
      const found = await read(key);
      await write("a", "Done");
      return found;
    };
    expect(await describing("a")).toMatchObject({ status: "Done" });
  });

  it("of a waiter is answered as it is when the client goes away", async () => {
    const { counts, write, describing, abort } = holding();
    await write("a", "Under way");
    const held = describing("a");
    await turn();
    abort();
    expect(await held).toMatchObject({ status: "Under way" });
    expect(counts.watches).toBe(0);
  });

  it("of a thousand waiters is woken by writes to its own key only", async () => {
    const { counts, write, describing, abort } = holding();
    const names = Array.from({ length: 1_000 }, (_, index) => `held-${index}`);
    for (const name of names) await write(name, "Under way");
    const held = names.map(describing);
    await turn();
    expect(counts).toEqual({ reads: 1_000, watches: 1_000 });
    for (let index = 0; index < 100; index++) await write(`other-${index}`, "Done");
    await turn();
    expect(counts.reads).toBe(1_000);
    await write("held-7", "Done");
    expect(await held[7]).toMatchObject({ status: "Done" });
    expect(counts).toEqual({ reads: 1_001, watches: 999 });
    abort();
    await Promise.all(held);
    expect(counts.watches).toBe(0);
  });
});
