import { createHash } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import { createIds } from "../../base/ids.ts";
import { createEvenNumbers, createRandom } from "../../base/random.ts";
import { createExecutors } from "../../executors/executors.ts";
import type { Executor } from "../../executors/port.ts";
import { testExecutor } from "../../executors/test-executor.ts";
import type { Context } from "../../frame/context.ts";
import type { Kind } from "../../frame/define-kind.ts";
import type { OperationsUnit } from "../../frame/define-operations.ts";
import { createDerivations } from "../../frame/derivations.ts";
import { createJournalBuffer } from "../../frame/journal-buffer.ts";
import { createKinds } from "../../frame/kinds.ts";
import { createMetricBuffer } from "../../frame/metric-buffer.ts";
import { createOnlineStore } from "../../frame/online-store.ts";
import type { ServiceSettings } from "../../frame/service-settings.ts";
import type { ImageCatalogue } from "../../images/define-image.ts";
import { createConnections } from "../../runs/connections.ts";
import { createEnginePool } from "../../runs/engine-pool.ts";
import { createOutstanding } from "../../runs/outstanding.ts";
import { createQuarantine } from "../../runs/quarantine.ts";
import { createSessions } from "../../runs/sessions.ts";
import { createStandingWork } from "../../runs/standing-work.ts";
import { systemTimer } from "../../runs/timer.ts";
import { createMemoryJournalStore } from "../../stores/journals/memory.ts";
import type { ObjectStore } from "../../stores/objects/port.ts";
import { createQueueStore } from "../../stores/queues/queue-store.ts";
import { createSqliteRecordStore } from "../../stores/records/sqlite.ts";
import { createResourceCache } from "../../stores/resources/cache.ts";
import { createMemoryResourceStore } from "../../stores/resources/memory.ts";
import type { ResourceStore } from "../../stores/resources/port.ts";
import { createSqliteSearchIndex } from "../../stores/search/sqlite.ts";
import type { VolumeStore } from "../../stores/volumes/port.ts";
import { plainOutput } from "../../wire/ready-document.ts";
import { readSettings } from "../settings/settings.ts";
import { assumedRole } from "./assumed-role.ts";
import { decide } from "./authorize.ts";
import { createLender } from "./lend-objects.ts";

export interface TestContext extends Context {
  /**
   * Returns a context on the same stores whose caller belongs to another account, calls another region, or acts for a
   * document.
   */
  at(place: { readonly account?: string; readonly region?: string; readonly origin?: string }): TestContext;
  /** Set the time, or move it on. */
  setTime(milliseconds: number): void;
  passTime(milliseconds: number): void;
}

/** The time at which a test begins: 2026-01-01T00:00:00Z. */
export const testTime = Date.UTC(2026, 0, 1);

/**
 * Makes a context for tests of services: stores in memory, a clock that stands still, ids that repeat. `call` reaches
 * the given units directly, without the checks of the request path.
 */
export function createTestContext(options: {
  units: readonly OperationsUnit[];
  settings?: Partial<ServiceSettings>;
  executor?: Executor;
  /** In place of `executor`; the first one is preferred. */
  executors?: readonly Executor[];
  images?: ImageCatalogue;
  objects?: ObjectStore;
  volumes?: VolumeStore;
  /** In memory when left out. */
  resources?: ResourceStore;
  /** For what runs programs: the time of this machine instead of one that stands still. */
  clock?: Clock;
}): TestContext {
  let now = testTime;
  let bytesMade = 0;
  const clock = options.clock ?? { now: () => now };
  const unused = (what: string) =>
    new Proxy({}, { get: (_target, name) => unexpected(`${what}.${String(name)}`) }) as never;
  const operations = Object.fromEntries(
    options.units.flatMap(({ service, operations }) =>
      Object.entries(operations).map(([name, handler]) => [`${service}.${name}`, handler]),
    ),
  );
  const callAs = (of: () => Context) =>
    (async (service: string, operation: string, input: unknown) =>
      plainOutput(
        await (operations[`${service}.${operation}`] ?? unexpected(`${service}.${operation}`))(input, of()),
      )) as Context["call"];
  // One that runs nothing can still be asked whether it could.
  const executors = options.executors ?? [options.executor ?? testExecutor("process")];
  const resources = options.resources ?? createMemoryResourceStore({ clock });
  const journals = createMemoryJournalStore({ clock });
  const context: TestContext = {
    clock,
    ids: createIds(clock, (count) => createHash("sha512").update(String(bytesMade++)).digest().subarray(0, count)),
    random: createRandom(1),
    even: createEvenNumbers(0),
    settings: {
      ...readSettings({ holdWaiters: "off" }, {}),
      version: "0.0.0",
      endpoint: () => "http://127.0.0.1:4620",
      runSecret: "secret of the tests",
      connectors: "/home/of/no/tests/connectors",
      reached: () => {},
      ...options.settings,
    },
    resources,
    cache: createResourceCache(resources),
    journals,
    derivations: createDerivations(),
    journalBuffer: createJournalBuffer(journals),
    records: createSqliteRecordStore({ path: ":memory:" }),
    onlineStore: createOnlineStore(createSqliteRecordStore({ path: ":memory:" })),
    queues: createQueueStore({ records: createSqliteRecordStore({ path: ":memory:" }), clock, timer: systemTimer }),
    searchIndex: createSqliteSearchIndex({ path: ":memory:" }),
    volumes: options.volumes ?? unused("volumes"),
    // Values are written when a test closes the buffer.
    metrics: createMetricBuffer({
      async put(_account, _region, Namespace, data) {
        await context.call("cloudwatch", "PutMetricData", { Namespace, MetricData: [...data] });
      },
      gatherMilliseconds: 1000,
      timer: { after: () => () => {} },
      report: (what, error) => console.error(what, error),
    }),
    objects: options.objects ?? unused("objects"),
    executors: createExecutors(executors, executors[0]!.name),
    images: options.images ?? unused("images"),
    kinds: createKinds(
      options.units.filter(isKind).map((unit) => ({
        ...unit.definition,
        large: (unit.definition.large ?? []).length > 0,
        shape: "",
        load: async () => unit,
      })),
    ),
    connections: createConnections(),
    outstanding: createOutstanding(),
    engines: createEnginePool({ now: clock.now, report: (what, error) => console.error(what, error) }),
    standingWork: createStandingWork({ report: (what, error) => console.error(what, error) }),
    lend: ({ caller, call }, runId, wish) => createLender(context)(caller, call, wish, runId),
    sessions: createSessions(journals, clock),
    quarantine: createQuarantine(systemTimer),
    controlOnly: () => {},
    machine: { cores: 4, memoryBytes: 16 * 1024 ** 3 },
    caller: {
      kind: "administrator",
      account: "123456789012",
      arn: "arn:aws:sts::123456789012:assumed-role/SageMakerRole/tester",
      userId: "AROATESTTESTTESTTESTX:tester",
      accessKeyId: "SBADMINISTRATOR",
    },
    account: "123456789012",
    region: "us-west-2",
    requestId: "00000000-0000-4000-8000-000000000000",
    signal: new AbortController().signal,
    headers: {},
    call: callAs(() => context),
    origin: "arn:aws:sts::123456789012:assumed-role/SageMakerRole/tester",
    decide: (permission) => decide(context.caller, permission),
    as: (roleArn) => {
      const caller = assumedRole(context.caller, roleArn, "any");
      return { ...context, caller, decide: (permission) => decide(caller, permission) };
    },
    asService: () => context,
    at({ account = context.account, region = context.region, origin = context.origin }) {
      const caller = { ...context.caller, account, arn: `arn:aws:sts::${account}:assumed-role/SageMakerRole/tester` };
      const there: TestContext = {
        ...context,
        caller,
        account,
        region,
        origin,
        call: callAs(() => there),
        decide: (permission) => decide(caller, permission),
        as: () => there,
        asService: () => there,
      };
      return there;
    },
    setTime: (milliseconds) => {
      now = milliseconds;
    },
    passTime: (milliseconds) => {
      now += milliseconds;
    },
  };
  return context;
}

const isKind = (unit: OperationsUnit): unit is OperationsUnit & Kind => unit.unit !== "operations";

function unexpected(what: string): never {
  throw new Error(`The test uses ${what}, which it did not give to createTestContext.`);
}
