import { afterEach, beforeEach, expect, it } from "vitest";
import type { Caller } from "../../aws/caller.ts";
import { Fault } from "../../aws/faults.ts";
import type { ServiceHost } from "../../frame/context.ts";
import { createKinds } from "../../frame/kinds.ts";
import type { FrontSocket, Session } from "../../fronts/front.ts";
import { systemTimer } from "../../runs/timer.ts";
import { kinds } from "../../services/kinds.gen.ts";
import { services } from "../../services/services.gen.ts";
import { createMemoryJournalStore } from "../../stores/journals/memory.ts";
import { createMemoryResourceStore } from "../../stores/resources/memory.ts";
import type { ResourceStore } from "../../stores/resources/port.ts";
import { createLiveHub, type LiveHub } from "./live-hub.ts";

const account = "123456789012";
const head = { method: "GET", path: "/_studio/live", query: "", headers: {} };
const caller: Caller = { kind: "administrator", account, arn: "arn", userId: "1", accessKeyId: "A" };

/** A socket whose client the test plays. */
class TestSocket implements FrontSocket {
  waitingBytes = 0;
  readonly received: { type: string; [member: string]: unknown }[] = [];
  closed: [code: number, reason: string] | undefined;
  readonly #sent: (() => void)[] = [];
  #heard: (text: string) => void = () => {};
  #ended = () => {};
  #woken = () => {};

  send(text: string, sent: () => void) {
    this.received.push(JSON.parse(text));
    this.#sent.push(sent);
    this.#woken();
  }
  close(code: number, reason: string) {
    this.closed = [code, reason];
    this.#ended();
    this.#woken();
  }
  onText(heard: (text: string) => void) {
    this.#heard = heard;
  }
  onEnd(ended: () => void) {
    this.#ended = ended;
  }
  says(message: object) {
    this.#heard(JSON.stringify(message));
  }
  leaves() {
    this.#ended();
  }
  /** The client takes everything that waits for it. */
  takesAll() {
    this.waitingBytes = 0;
    for (const sent of this.#sent.splice(0)) sent();
  }
  async until(fits: () => boolean) {
    while (!fits())
      await new Promise<void>((resolve) => {
        this.#woken = resolve;
      });
  }
  count = (type: string) => this.received.filter((message) => message.type === type).length;
}

let resources: ResourceStore;
let session: Session | undefined;
let now: number;
let hub: LiveHub;
let forbidden: string | undefined;
beforeEach(() => {
  now = Date.UTC(2026, 0, 1);
  const clock = { now: () => now };
  resources = createMemoryResourceStore({ clock });
  session = { caller, region: "us-east-1", csrf: "", expires: now + 3_600_000 };
  forbidden = undefined;
  const host = { clock, kinds: createKinds(kinds), resources, journals: createMemoryJournalStore({ clock }) };
  hub = createLiveHub({
    host: host as Pick<ServiceHost, "clock" | "kinds" | "resources" | "journals">,
    sessions: { find: async () => session },
    timer: systemTimer,
    report: (_what, error) => {
      throw error;
    },
    async mayCall(_session, region, service, operation) {
      if (operation === forbidden) throw new Fault("AccessDeniedException", `${service}:${operation} in ${region}`);
    },
  });
});
afterEach(() => hub.close());

async function open(after?: number): Promise<TestSocket> {
  const socket = new TestSocket();
  hub.open(socket, head, after);
  await socket.until(() => socket.received.length > 0 || socket.closed !== undefined);
  return socket;
}

async function make(...names: string[]): Promise<number> {
  const puts = names.map((name) => ({
    put: {
      key: { account, region: "us-east-1", kind: "sagemaker/model", name },
      ...{ id: name, schema: 1, created: now, modified: now, wanted: {}, actual: {} },
    },
    expected: "absent" as const,
  }));
  return (await resources.write(puts)).sequence;
}

const models = { type: "watch", id: 1, kind: "sagemaker/model" };
const namesOf = (socket: TestSocket) =>
  socket.received.flatMap(({ type, changes }) =>
    type === "changed" ? (changes as { name: string }[]).map(({ name }) => name) : [],
  );

it("tells the first page, too, of what changed just before it came", async () => {
  await make("long-ago");
  now += 10_000;
  await make("just-now");
  now += 1_000;
  const socket = await open();
  socket.says(models);
  await socket.until(() => namesOf(socket).length > 0);
  expect(namesOf(socket)).toEqual(["just-now"]);
});

it("tells a page nothing of another account", async () => {
  const socket = await open();
  socket.says(models);
  await resources.write([
    {
      put: {
        key: { account: "999999999999", region: "us-east-1", kind: "sagemaker/model", name: "foreign" },
        ...{ id: "1", schema: 1, created: now, modified: now, wanted: {}, actual: {} },
      },
      expected: "absent",
    },
  ]);
  await make("own");
  await socket.until(() => socket.count("changed") > 0);
  expect(namesOf(socket)).toEqual(["own"]);
});

it.each([
  [models, "ListModels", "sagemaker:ListModels in us-east-1"],
  [{ ...models, kind: "s3/bucket", region: "eu-west-1" }, "ListBuckets", "s3:ListBuckets in eu-west-1"],
  [{ type: "watch", id: 1, log: { group: "g", stream: "s" } }, "GetLogEvents", "logs:GetLogEvents in us-east-1"],
  [{ ...models, kind: "sagebrush/run" }, "", "sagebrush/run is no kind that can be watched."],
  [{ ...models, kind: "sagebrush/studio-session" }, "", "sagebrush/studio-session is no kind that can be watched."],
])("asks for the permission of the call that shows it: %o", async (watch, operation, message) => {
  forbidden = operation;
  const socket = await open();
  socket.says(watch);
  await socket.until(() => socket.count("refused") > 0);
  expect(socket.received.at(-1)).toEqual({ type: "refused", id: 1, message });
});

it("keeps nothing for a page that does not take what it is sent, and has it look when it does", async () => {
  const socket = await open();
  socket.says(models);
  await make("first");
  await socket.until(() => namesOf(socket).includes("first"));
  socket.waitingBytes = 70_000;
  const other = await open();
  other.says(models);
  for (const name of ["second", "third"]) {
    await make(name);
    await other.until(() => namesOf(other).includes(name));
  }
  expect(namesOf(socket)).toEqual(["first"]);
  socket.takesAll();
  expect(socket.received.at(-1)).toMatchObject({ type: "look" });
  await make("fourth");
  await socket.until(() => namesOf(socket).includes("fourth"));
  expect(socket.count("look")).toBe(1);
});

it("has a page look when more has changed than it could draw", async () => {
  const socket = await open();
  socket.says(models);
  await make(...Array.from({ length: 101 }, (_, index) => `model-${index}`));
  await socket.until(() => socket.count("look") > 0);
  expect(socket.count("changed")).toBe(0);
});

it("tells a page that comes again what it missed, or has it look when that was too much", async () => {
  const first = await open();
  const { sequence } = first.received[0]!;
  first.leaves();
  await make("missed");
  now += 10_000;
  const second = await open(sequence as number);
  second.says(models);
  await second.until(() => namesOf(second).includes("missed"));
  for (let batch = 0; batch < 10; batch++)
    await make(...Array.from({ length: 100 }, (_, index) => `many-${batch}-${index}`));
  const third = await open(sequence as number);
  await third.until(() => third.count("look") > 0);
});

it("ends a socket when its session is over: by a change of anything, and by time", async () => {
  const [gone, old] = [await open(), new TestSocket()];
  session = undefined;
  // The change that took the role or the key.
  await make("any");
  await gone.until(() => gone.closed !== undefined);
  expect(gone.closed).toEqual([4401, "signed out"]);
  session = { caller, region: "us-east-1", csrf: "", expires: now + 20 };
  hub.open(old, head, undefined);
  await old.until(() => old.closed !== undefined);
  expect(old.closed).toEqual([4401, "signed out"]);
  session = undefined;
  expect((await open()).closed).toEqual([4401, "signed out"]);
});

it("has 200 watches a page at most, and 500 pages", async () => {
  const socket = await open();
  for (let id = 0; id <= 200; id++) socket.says({ ...models, id });
  await socket.until(() => socket.count("refused") > 0);
  expect(socket.received.find(({ type }) => type === "refused")).toMatchObject({ id: 200 });
  await Promise.all(Array.from({ length: 499 }, () => open()));
  expect((await open()).closed).toEqual([1013, "too many pages"]);
});

it("every kind that people know is listed by an operation, so that a page can watch it", () => {
  for (const { title, service, kind, listedBy = "" } of kinds.filter(({ title }) => title !== undefined))
    expect(services[service as keyof typeof services]?.[listedBy], `${title} (${service}/${kind})`).toBeDefined();
});
