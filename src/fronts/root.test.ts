import { expect, test } from "vitest";
import type { Caller } from "../aws/caller.ts";
import { createHostNames } from "../wire/host-names.ts";
import type { RequestHead } from "../wire/wire.ts";
import { frontFinder } from "./find-front.ts";
import { bodyOf, unused } from "./front-request.fixture.ts";
import { root } from "./root.ts";

const ask = (method: string, headers: Readonly<Record<string, string>> = {}) =>
  root.handle(
    { head: { method, path: "/", query: "", headers }, local: false, secure: false, body: bodyOf("") },
    {
      ...unused,
      caller: {} as Caller,
      server: { status: () => ({ version: "1.2.3", url: "http://127.0.0.1:4620", home: "/home/one" }) as never },
    },
  );

test("leads a browser to Studio", async () => {
  const answer = await ask("GET", { accept: "text/html,application/xhtml+xml,*/*;q=0.8" });
  expect(answer).toMatchObject({ status: 302, headers: { Location: "/_studio/", "Cache-Control": "no-store" } });
});

test("says in words what it is, and neither folders nor names", async () => {
  const { status, body } = await ask("GET");
  expect(status).toBe(200);
  expect(body).toBe(`Sagebrush 1.2.3 is ready. AWS clients reach it at this address (AWS_ENDPOINT_URL).

Studio: http://127.0.0.1:4620/_studio/
Guide:  http://127.0.0.1:4620/_sagebrush/guide
`);
});

test("HEAD has no body, and an AWS client's request for / is not taken, signed or not", async () => {
  expect(await ask("HEAD")).not.toHaveProperty("body");
  const find = frontFinder([root], createHostNames(""));
  const head: RequestHead = { method: "GET", path: "/", query: "", headers: {} };
  expect(find(head)).toBe(root);
  expect(find({ ...head, headers: { authorization: "AWS4-HMAC-SHA256 ..." } })).toBeUndefined();
  expect(find({ ...head, headers: { "amz-sdk-invocation-id": "1" } })).toBeUndefined();
  expect(find({ ...head, query: "X-Amz-Algorithm=AWS4-HMAC-SHA256" })).toBeUndefined();
});
