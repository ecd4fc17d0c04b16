import { expect, test } from "vitest";
import type { Caller } from "../aws/caller.ts";
import { createHostNames } from "../wire/host-names.ts";
import type { RequestHead } from "../wire/wire.ts";
import { frontFinder } from "./find-front.ts";
import type { Activity, Shown } from "./front.ts";
import { bodyOf, unused } from "./front-request.fixture.ts";
import { homePage } from "./home-page.ts";

const head: RequestHead = { method: "GET", path: "/", query: "", headers: {} };
const job: Shown = {
  what: "Training job",
  name: "<b>job</b>",
  region: "us-east-1",
  status: "Training",
  reason: undefined,
  since: new Date(Date.UTC(2026, 0, 2, 3, 4, 5)),
};

const anyone: Caller = { kind: "service", account: "123456789012", arn: "", userId: "", accessKeyId: "" };

const show = async (
  request: { head?: RequestHead; local: boolean },
  activity: Partial<Activity> = { running: [job] },
) =>
  homePage.handle(
    { head, secure: false, body: bodyOf(""), ...request },
    {
      ...unused,
      caller: anyone,
      server: {
        status: () => ({
          version: "1.2.3",
          url: "http://127.0.0.1:4620",
          home: "/home/one user/.sagebrush",
          account: "123456789012",
          region: "us-east-1",
          pid: 1,
          started: 0,
          memoryBytes: 0,
          workers: [],
          warnings: [],
        }),
        activity: async () => ({ running: [], ended: [], ...activity }),
      },
    },
  );

test("shows what runs, names escaped, to a browser on this machine", async () => {
  const { status, body } = await show({ local: true });
  expect(status).toBe(200);
  expect(body).toContain('<span class="ready">Ready</span>');
  expect(body).toContain("<dd>1.2.3</dd>");
  expect(body).toContain("bin/sagebrush env --home &#39;/home/one user/.sagebrush&#39;)");
  const cells = body?.toString().replace(/<(\/?)(td|span)[^>]*>/g, "|");
  expect(cells).toMatch(/\|&lt;b&gt;job&lt;\/b&gt;\|+Training\|+2026-01-02 03:04:05\|/);
  expect(body).not.toContain("Region</th>");
  expect(body).not.toContain("Ended lately");
  expect((await show({ local: true }, {})).body).toContain("Nothing runs.");
});

test("shows what ended with its reason, and regions when one is not the setting's", async () => {
  const failed = {
    ...job,
    name: "old",
    region: "eu-west-1",
    status: "Failed",
    tone: "bad",
    reason: "AlgorithmError: <none>",
  } as const;
  const { body } = await show(
    { local: true },
    { running: [], ended: [{ ...job, status: "Succeeded", tone: "good" }, failed] },
  );
  const cells = body?.toString().replace(/<(\/?)(td|span)[^>]*>/g, "|");
  expect(cells).toMatch(/\|old\|+AlgorithmError: &lt;none&gt;\|+eu-west-1\|+Failed\|+2026-01-02 03:04:05\|/);
  expect(body).toContain('class="status good">Succeeded<');
  expect(body).toContain('class="status bad">Failed<');
  expect(body).toContain('http-equiv="refresh"');
});

test("shows no names to a browser elsewhere", async () => {
  const { body } = await show({ local: false });
  expect(body).toContain("AWS_ENDPOINT_URL=http://127.0.0.1:4620");
  expect(body).not.toContain("job&lt;");
  expect(body).not.toContain('http-equiv="refresh"');
  expect(body).not.toContain("/home/one");
});

test("HEAD has no body, and an AWS client's request for / is not taken, signed or not", async () => {
  expect(await show({ head: { ...head, method: "HEAD" }, local: true })).not.toHaveProperty("body");
  const find = frontFinder([homePage], createHostNames(""));
  expect(find(head)).toBe(homePage);
  expect(find({ ...head, headers: { authorization: "AWS4-HMAC-SHA256 ..." } })).toBeUndefined();
  expect(find({ ...head, headers: { "amz-sdk-invocation-id": "1" } })).toBeUndefined();
  expect(find({ ...head, query: "X-Amz-Algorithm=AWS4-HMAC-SHA256" })).toBeUndefined();
});
