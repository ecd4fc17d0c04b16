import { beforeEach, expect, it } from "vitest";
import type { Caller } from "../../aws/caller.ts";
import type { FrontRequest } from "../../fronts/front.ts";
import { role } from "../../services/platform/iam/role.ts";
import { createTestContext, type TestContext } from "../request/test-context.ts";
import { createStudioSessions, type StudioSessions } from "./studio-sessions.ts";

const account = "123456789012";
const administrator: Caller = {
  kind: "administrator",
  account,
  arn: "arn:aws:iam::1:root",
  userId: "1",
  accessKeyId: "ADMIN",
};
const trainer: Caller = {
  ...{ kind: "role", account, userId: "2", accessKeyId: "TRAINER" },
  arn: `arn:aws:sts::${account}:assumed-role/Trainer/someone`,
};

let context: TestContext;
let keys: Map<string, { secret: string; caller: Caller }>;
let sessions: StudioSessions;

/** The sessions of a server that was started anew: all that it has is in the store. */
const begin = () =>
  createStudioSessions({
    ...{ host: context, account, region: "us-west-2", administratorKeyId: "ADMIN" },
    sources: [{ find: async (id) => keys.get(id) }],
    address: () => "http://127.0.0.1:4620",
  });

beforeEach(() => {
  context = createTestContext({ units: [role] });
  keys = new Map([
    ["ADMIN", { secret: "first secret", caller: administrator }],
    ["TRAINER", { secret: "second secret", caller: trainer }],
  ]);
  sessions = begin();
});

const from = (cookie = "", { host = "localhost:4620", secure = false } = {}) =>
  ({ head: { method: "GET", path: "/_studio/session", query: "", headers: { host, cookie } }, secure }) as FrontRequest;

const cookieIn = (header: string) => header.split(";")[0]!;

async function byLink(): Promise<string> {
  const link = sessions.makeLink().split("#")[1]!;
  return cookieIn((await sessions.signIn(from(), { link })).setCookie);
}

async function byKey(caller = trainer): Promise<string> {
  const signed = await sessions.signIn(from(), { challenge: sessions.makeChallenge(), caller });
  return cookieIn(signed.setCookie);
}

const find = (cookie: string) => sessions.find(from(cookie).head);

it("knows the administrator by a link, and the owner of a key", async () => {
  expect(await find(await byLink())).toMatchObject({ caller: administrator, region: "us-west-2" });
  expect(await find(await byKey())).toMatchObject({ caller: trainer });
  expect(await find("sagebrush-session-4620=unknown")).toBeUndefined();
  expect(await find("")).toBeUndefined();
});

it("goes on after a restart, by its cookie alone", async () => {
  const cookie = await byLink();
  const { csrf } = (await find(cookie))!;
  sessions = begin();
  expect(await find(cookie)).toMatchObject({ caller: administrator, csrf });
});

it("ends after twelve hours, and the next sign-in clears what has ended", async () => {
  const cookie = await byLink();
  const { expires } = (await find(cookie))!;
  expect(expires - context.clock.now()).toBe(12 * 3_600_000);
  context.passTime(12 * 3_600_000);
  await byLink();
  expect(await find(cookie)).toBeUndefined();
  const kept = await context.resources.list("sagebrush/studio-session", { limit: 10 });
  expect(kept.documents).toHaveLength(1);
});

it.each<[string, () => unknown]>([
  ["its key is gone", () => keys.delete("TRAINER")],
  ["its key has another secret", () => keys.set("TRAINER", { secret: "another secret", caller: trainer })],
  [
    "its key is one of another account",
    () => keys.set("TRAINER", { secret: "second secret", caller: { ...trainer, account: "999999999999" } }),
  ],
  ["its role is deleted", () => context.call("iam", "DeleteRole", { RoleName: "Trainer" })],
  [
    "its role is made anew",
    async () => {
      await context.call("iam", "DeleteRole", { RoleName: "Trainer" });
      await makeRole();
    },
  ],
])("ends when %s", async (_why, change) => {
  await makeRole();
  const cookie = await byKey();
  expect(await find(cookie)).toBeDefined();
  await change();
  expect(await find(cookie)).toBeUndefined();
  expect((await context.resources.list("sagebrush/studio-session", { limit: 10 })).documents).toEqual([]);
});

const makeRole = () =>
  context.call("iam", "CreateRole", {
    RoleName: "Trainer",
    AssumeRolePolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "sagemaker.amazonaws.com" }, Action: "sts:AssumeRole" }],
    }),
  });

it("ends by signing out, and no other session with it", async () => {
  const [one, other] = [await byLink(), await byLink()];
  expect(await sessions.signOut(from(one))).toContain("Max-Age=0;");
  expect(await find(one)).toBeUndefined();
  expect(await find(other)).toBeDefined();
});

it("keeps neither the cookie, the CSRF text nor a secret", async () => {
  const cookie = await byKey();
  const { csrf } = (await find(cookie))!;
  const { documents } = await context.resources.list("sagebrush/studio-session", { limit: 10 });
  const kept = JSON.stringify(documents);
  for (const secret of [cookie.split("=")[1]!, csrf, "second secret"]) expect(kept).not.toContain(secret);
});

it("names the cookie by the port, so that two servers on one machine do not sign each other out", async () => {
  const link = sessions.makeLink().split("#")[1]!;
  const { setCookie } = await sessions.signIn(from("", { host: "box.example.com", secure: true }), { link });
  expect(setCookie).toMatch(
    /^sagebrush-session-default=[\w-]{43}; Path=\/_studio\/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure$/,
  );
  expect(await byLink()).toMatch(/^sagebrush-session-4620=/);
});

it.each([
  ["a link that was used", async () => ({ link: (await used()).link })],
  ["a link of nobody", async () => ({ link: "x".repeat(43) })],
  ["a challenge that was used", async () => ({ challenge: (await used()).challenge, caller: trainer })],
  ["a challenge of nobody", async () => ({ challenge: "1.x.y", caller: trainer })],
])("refuses %s", async (_what, make) => {
  await expect(sessions.signIn(from(), await make())).rejects.toMatchObject({ status: 403 });
});

async function used() {
  const [link, challenge] = [sessions.makeLink().split("#")[1]!, sessions.makeChallenge()];
  await sessions.signIn(from(), { link });
  await sessions.signIn(from(), { challenge, caller: trainer });
  return { link, challenge };
}
