import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, test } from "vitest";
import { createRandom, type Random } from "../base/random.ts";
import { createTestContext, type TestContext, testTime } from "../server/request/test-context.ts";
import { createSqliteResourceStore } from "../stores/resources/sqlite.ts";
import type { OperationsUnit } from "./define-operations.ts";
import { execution, group, hub, modelPackage, userProfile } from "./sequence-kinds.fixture.ts";

/**
 * Random sequences of create, list, filter, page, update and delete by the handlers that the frame makes, held against
 * a plain array: what is listed is what a filter and a sort of that array give.
 */
interface Row {
  readonly kind: string;
  readonly account: string;
  readonly region: string;
  /** Its name in lower case, in parts, and as the list shows it. */
  readonly parts: readonly string[];
  readonly shown: string;
  /** What names it in a request. */
  readonly named: Readonly<Record<string, string>>;
  readonly order: number;
  readonly created: number;
  modified: number;
  status?: string;
  labels: Record<string, string | number | undefined>;
}
type Value = string | number | null;
type Input = Record<string, unknown>;
type Filtered = readonly [value: unknown, holds: (row: Row) => boolean];

/** A kind as the sequences see it: how it is asked for, and what that means to the model. */
interface Modelled {
  readonly unit: OperationsUnit;
  readonly operations: { readonly list: string; readonly update?: string; readonly delete: string };
  readonly member: string;
  readonly shown: (summary: Record<string, string>) => string;
  /** Without SortBy and without SortOrder. */
  readonly sort: string;
  readonly descending: boolean;
  readonly sorts: Readonly<Record<string, (row: Row) => Value>>;
  readonly filters: Readonly<Record<string, (random: Random, sequence: Sequence) => Filtered>>;
  readonly refused: readonly Input[];
  create(sequence: Sequence, context: TestContext): Promise<void>;
  update?(row: Row, random: Random): Input;
}

const accounts = ["111111111111", "222222222222"];
const regions = ["us-west-2", "eu-west-1"];
const names = ["a", "B", "b", "a-b", "Ab1", "c10", "c9"];
const texts = ["a", "B", "1", "-", "zz"];
const pick = <T>(random: Random, list: readonly T[]): T => list[random.below(list.length)]!;
const lower = (text: string) => text.toLowerCase();
const byTime = (_random: Random, { now }: Sequence) => now - 5_000 * _random.below(8);

const shared = {
  CreationTimeAfter: (random: Random, sequence: Sequence): Filtered => {
    const time = byTime(random, sequence);
    return [new Date(time), ({ created }) => created > time];
  },
  CreationTimeBefore: (random: Random, sequence: Sequence): Filtered => {
    const time = byTime(random, sequence);
    return [new Date(time), ({ created }) => created < time];
  },
};
const changed = {
  LastModifiedTimeAfter: (random: Random, sequence: Sequence): Filtered => {
    const time = byTime(random, sequence);
    return [new Date(time), ({ modified }) => modified > time];
  },
  LastModifiedTimeBefore: (random: Random, sequence: Sequence): Filtered => {
    const time = byTime(random, sequence);
    return [new Date(time), ({ modified }) => modified < time];
  },
};
const nameContains = (random: Random): Filtered => {
  const text = pick(random, texts);
  return [text, ({ parts }) => parts.some((part) => part.includes(lower(text)))];
};
const sorts = {
  Name: ({ parts }: Row) => parts.join("\u001f"),
  CreationTime: ({ created }: Row) => created,
  LastModifiedTime: ({ modified }: Row) => modified,
};

const approvals = ["Approved", "Rejected", undefined];
const kinds: readonly Modelled[] = [
  {
    unit: modelPackage,
    operations: { list: "ListModelPackages", update: "UpdateModelPackage", delete: "DeleteModelPackage" },
    member: "ModelPackageSummaryList",
    shown: ({ ModelPackageArn = "" }) => ModelPackageArn,
    sort: "CreationTime",
    descending: true,
    sorts: { Name: sorts.Name, CreationTime: sorts.CreationTime },
    filters: {
      ...shared,
      NameContains: nameContains,
      ModelPackageGroupName: (random) => {
        const name = pick(random, names);
        return [name, ({ parts }) => parts[0] === lower(name)];
      },
      ModelApprovalStatus: (random) => {
        const approval = pick(random, ["Approved", "Rejected", "PendingManualApproval"]);
        return [approval, ({ labels }) => labels.approval === approval];
      },
    },
    refused: [{ ModelPackageType: "Both" }, { SortBy: "Version" }],
    async create(sequence, context) {
      const { random } = sequence;
      const ModelPackageGroupName = pick(random, names);
      const { account, region } = context;
      const id = `${account} ${region} ${lower(ModelPackageGroupName)}`;
      const counter = sequence.groups.get(id);
      if (counter === undefined || random.below(6) === 0) {
        const action = random.below(2) === 0 ? "Create" : "Delete";
        const answer = await sequence.ask(context, group, `${action}ModelPackageGroup`, { ModelPackageGroupName });
        if (action === "Create") sequence.expect(answer, counter === undefined ? undefined : "is taken");
        else if (counter === undefined) sequence.expect(answer, "Could not find");
        else sequence.expect(answer, counter.children > 0 ? "It has packages" : undefined);
        if (action === "Create" && counter === undefined) sequence.groups.set(id, { versions: 0, children: 0 });
        if (action === "Delete" && counter?.children === 0) sequence.groups.delete(id);
        return;
      }
      const approval = pick(random, approvals);
      const input = { ModelPackageGroupName, ModelApprovalStatus: approval };
      const atOnce = 1 + random.below(3);
      const answers = await Promise.all(
        Array.from({ length: atOnce }, () => sequence.ask(context, modelPackage, "CreateModelPackage", { ...input })),
      );
      const made: string[] = [];
      for (let i = 0; i < atOnce; i++) {
        const version = ++counter.versions;
        counter.children++;
        const group = lower(ModelPackageGroupName);
        const shown = `arn:aws:sagemaker:${region}:${account}:model-package/${group}/${version}`;
        made.push(shown);
        sequence.add(context, modelPackage, {
          parts: [group, String(version)],
          shown,
          named: { ModelPackageGroupName, Version: String(version) },
          labels: { approval },
        });
      }
      const arns = answers.map((answer) => (answer as { ModelPackageArn?: string }).ModelPackageArn);
      sequence.equal([...arns].sort(), [...made].sort());
    },
    update(row, random) {
      const ModelApprovalStatus = pick(random, ["Approved", "Rejected"]);
      row.labels = { ...row.labels, approval: ModelApprovalStatus };
      return { ModelApprovalStatus };
    },
  },
  {
    unit: userProfile,
    operations: { list: "ListUserProfiles", update: "UpdateUserProfile", delete: "DeleteUserProfile" },
    member: "UserProfiles",
    shown: ({ DomainId, UserProfileName }) => `${DomainId}/${UserProfileName}`,
    sort: "CreationTime",
    descending: false,
    sorts: { CreationTime: sorts.CreationTime, LastModifiedTime: sorts.LastModifiedTime },
    filters: {
      DomainIdEquals: (random) => {
        const domain = pick(random, ["d-1", "d-2"]);
        return [domain, ({ labels }) => labels.domain === domain];
      },
      UserProfileNameContains: (random) => {
        const text = pick(random, texts);
        return [text, ({ labels }) => lower(String(labels.user)).includes(lower(text))];
      },
    },
    refused: [],
    create: (sequence, context) => {
      const DomainId = pick(sequence.random, ["d-1", "d-2"]);
      const UserProfileName = pick(sequence.random, names);
      return sequence.createNamed(
        context,
        userProfile,
        "CreateUserProfile",
        { DomainId, UserProfileName },
        {
          parts: [DomainId, lower(UserProfileName)],
          shown: `${DomainId}/${UserProfileName}`,
          named: { DomainId, UserProfileName },
          labels: { domain: DomainId, user: UserProfileName },
        },
      );
    },
    update: () => ({}),
  },
  {
    unit: hub,
    operations: { list: "ListHubs", update: "UpdateHub", delete: "DeleteHub" },
    member: "HubSummaries",
    shown: ({ HubName, HubStatus }) => `${HubName} ${HubStatus}`,
    sort: "CreationTime",
    descending: true,
    sorts: { HubName: sorts.Name, CreationTime: sorts.CreationTime, HubStatus: ({ status }) => status ?? null },
    filters: { ...shared, ...changed, NameContains: nameContains },
    refused: [{ SortBy: "AccountIdOwner" }],
    create: (sequence, context) => {
      const HubName = pick(sequence.random, names);
      const HubDescription = pick(sequence.random, ["slow", "quick"]);
      return sequence.createNamed(
        context,
        hub,
        "CreateHub",
        { HubName, HubDescription },
        {
          parts: [lower(HubName)],
          shown: HubName,
          named: { HubName },
          status: HubDescription === "slow" ? "Creating" : "InService",
          labels: {},
        },
      );
    },
    update(row) {
      row.status = row.status === "InService" ? "Creating" : "InService";
      return {};
    },
  },
  {
    unit: execution,
    operations: { list: "ListMonitoringExecutions", delete: "DeleteMonitoringSchedule" },
    member: "MonitoringExecutionSummaries",
    shown: ({ MonitoringScheduleName = "" }) => MonitoringScheduleName,
    sort: "ScheduledTime",
    descending: false,
    sorts: {
      CreationTime: sorts.CreationTime,
      ScheduledTime: ({ labels }) => labels.scheduled ?? null,
      Status: ({ status }) => status ?? null,
    },
    filters: {
      ...shared,
      ...changed,
      ScheduledTimeAfter: (random) => {
        const time = 10 * random.below(10);
        return [new Date(time), ({ labels }) => Number(labels.scheduled ?? Number.NaN) > time];
      },
      ScheduledTimeBefore: (random) => {
        const time = 10 * random.below(10);
        return [new Date(time), ({ labels }) => Number(labels.scheduled ?? Number.NaN) < time];
      },
      StatusEquals: (random) => {
        const status = pick(random, ["Pending", "Completed", "Failed"]);
        return [status, (row) => row.status === status];
      },
      MonitoringTypeEquals: (random) => {
        const type = pick(random, ["DataQuality", "ModelBias"]);
        return [type, ({ labels }) => labels.type === type];
      },
      MonitoringScheduleName: (random) => {
        const prefix = pick(random, ["a", "A", "c", "z"]);
        return [prefix, ({ parts }) => parts[0]!.startsWith(lower(prefix))];
      },
      MonitoringJobDefinitionName: () => ["any", () => false],
    },
    refused: [{ EndpointName: "any" }],
    create: (sequence, context) => {
      const { random } = sequence;
      const MonitoringScheduleName = pick(random, names);
      const scheduled = random.below(3) === 0 ? undefined : 5 * random.below(20);
      const type = pick(random, ["DataQuality", "ModelBias", undefined]);
      const isPending = random.below(2) === 0;
      const input = {
        MonitoringScheduleName,
        Tags: isPending ? [] : undefined,
        MonitoringScheduleConfig: {
          MonitoringType: type,
          ScheduleConfig: scheduled === undefined ? undefined : { ScheduleExpression: String(scheduled) },
        },
      };
      return sequence.createNamed(context, execution, "CreateMonitoringSchedule", input, {
        parts: [lower(MonitoringScheduleName)],
        shown: MonitoringScheduleName,
        named: { MonitoringScheduleName },
        status: isPending ? "Pending" : "Completed",
        labels: { scheduled, type },
      });
    },
  },
];

type NewRow = Pick<Row, "parts" | "shown" | "named" | "status" | "labels">;

/** A list that is being paged through. */
interface Walk {
  readonly context: TestContext;
  readonly kind: Modelled;
  readonly input: Input;
  readonly holds: readonly ((row: Row) => boolean)[];
  readonly sortOf: (row: Row) => Value;
  readonly descending: boolean;
  readonly token?: string;
  /** Where the page before ended. */
  readonly end?: readonly [Value, number, number];
}

class Sequence {
  readonly random: Random;
  readonly groups = new Map<string, { versions: number; children: number }>();
  readonly #contexts: readonly TestContext[];
  readonly #done: string[] = [];
  #rows: Row[] = [];
  #walks: Walk[] = [];
  #made = 0;
  readonly #seed: number;

  constructor(seed: number, context: TestContext) {
    this.#seed = seed;
    this.random = createRandom(seed);
    this.#contexts = accounts.flatMap((account) => regions.map((region) => context.at({ account, region })));
  }

  get now(): number {
    return this.#contexts[0]!.clock.now();
  }

  async run(steps: number): Promise<void> {
    const { random } = this;
    for (let step = 0; step < steps; step++) {
      const context = pick(random, this.#contexts);
      const kind = pick(random, kinds);
      const dice = random.below(100);
      if (random.below(3) > 0) context.passTime(1_000 * random.below(4));
      if (dice < 45) await kind.create(this, context);
      else if (dice < 55) await this.#delete();
      else if (dice < 65) await this.#update();
      else if (dice < 85 && this.#walks.length > 0) await this.#page(pick(random, this.#walks));
      else await this.#begin(context, kind);
    }
    for (const walk of [...this.#walks]) await this.#page(walk);
  }

  /** What a handler returns, or the fault that it throws. */
  async ask(context: TestContext, unit: OperationsUnit, operation: string, input: Input): Promise<unknown> {
    this.#done.push(`${context.account} ${context.region} ${operation} ${JSON.stringify(input)}`);
    try {
      return await unit.operations[operation]!(input, context);
    } catch (error) {
      return error;
    }
  }

  /** @param refusal what its text has, or undefined for an answer */
  expect(answer: unknown, refusal: string | undefined): void {
    const text = answer instanceof Error ? answer.message : undefined;
    const isRight = refusal === undefined ? text === undefined : text?.includes(refusal);
    if (!isRight) this.#fail(`${text ?? JSON.stringify(answer)}, not ${refusal ?? "an answer"}`);
  }

  equal(found: readonly unknown[], expected: readonly unknown[]): void {
    if (JSON.stringify(found) !== JSON.stringify(expected))
      this.#fail(`${JSON.stringify(found)}, not ${JSON.stringify(expected)}`);
  }

  #fail(what: string): never {
    throw new Error(`Seed ${this.#seed}: ${what}, after\n${this.#done.join("\n")}`);
  }

  add({ account, region }: TestContext, unit: OperationsUnit, row: NewRow): void {
    const kind = kinds.find((one) => one.unit === unit)!;
    const created = this.now;
    const order = this.#made++;
    const place = { account, region: unit === hub ? "-" : region };
    this.#rows.push({ ...row, ...place, kind: kind.member, order, created, modified: created });
  }

  /** Once, or by several at once: one of them makes it, unless it is there. */
  async createNamed(context: TestContext, unit: OperationsUnit, operation: string, input: Input, row: NewRow) {
    const { account, region } = context;
    const isThere = this.#rows.some(
      (one) =>
        kinds.find(({ member }) => member === one.kind)!.unit === unit &&
        one.account === account &&
        (one.region === "-" || one.region === region) &&
        one.parts.join("\u001f") === row.parts.join("\u001f"),
    );
    const atOnce = 1 + Math.max(0, this.random.below(6) - 3);
    const answers = await Promise.all(
      Array.from({ length: atOnce }, () => this.ask(context, unit, operation, { ...input })),
    );
    const made = answers.filter((answer) => !(answer instanceof Error));
    this.equal([made.length], [isThere ? 0 : 1]);
    for (const answer of answers) if (answer instanceof Error) this.expect(answer, "is taken");
    if (!isThere) this.add(context, unit, row);
  }

  /** Of what is there, seen from its place; or of what is not, seen from another. */
  #some(): { row: Row; kind: Modelled; context: TestContext; isThere: boolean } | undefined {
    if (this.#rows.length === 0) return undefined;
    const row = pick(this.random, this.#rows);
    const context = pick(
      this.random,
      this.random.below(5) === 0 ? this.#contexts : this.#contexts.filter((one) => isAt(row, one)),
    );
    const other = this.#rows.find(
      (one) => one.kind === row.kind && isAt(one, context) && `${one.parts}` === `${row.parts}`,
    );
    const kind = kinds.find(({ member }) => member === row.kind)!;
    return { row: other ?? row, kind, context, isThere: other !== undefined };
  }

  async #delete(): Promise<void> {
    const some = this.#some();
    if (!some) return;
    const { row, kind, context, isThere } = some;
    const answer = await this.ask(context, kind.unit, kind.operations.delete, { ...row.named });
    this.expect(answer, isThere ? undefined : "Could not find");
    if (!isThere) return;
    this.#rows = this.#rows.filter((one) => one !== row);
    const counter = this.groups.get(`${row.account} ${row.region} ${row.parts[0]}`);
    if (kind.unit === modelPackage) counter!.children--;
  }

  async #update(): Promise<void> {
    const some = this.#some();
    if (!some?.kind.update || !some.kind.operations.update) return;
    const { row, kind, context, isThere } = some;
    const changes = isThere ? kind.update!(row, this.random) : {};
    const answer = await this.ask(context, kind.unit, kind.operations.update!, { ...row.named, ...changes });
    this.expect(answer, isThere ? undefined : "Could not find");
    if (isThere) row.modified = this.now;
  }

  async #begin(context: TestContext, kind: Modelled): Promise<void> {
    const { random } = this;
    if (kind.refused.length > 0 && random.below(20) === 0) {
      this.expect(await this.ask(context, kind.unit, kind.operations.list, pick(random, kind.refused)), "not built");
      return;
    }
    const input: Input = { MaxResults: random.below(4) === 0 ? undefined : 1 + random.below(4) };
    const holds: ((row: Row) => boolean)[] = [];
    for (const [member, make] of Object.entries(kind.filters)) {
      if (random.below(4) > 0) continue;
      const [value, held] = make(random, this);
      input[member] = value;
      holds.push(held);
    }
    const by = random.below(2) === 0 ? undefined : pick(random, Object.keys(kind.sorts));
    const order = random.below(2) === 0 ? undefined : pick(random, ["Ascending", "Descending"]);
    await this.#page({
      context,
      kind,
      input: { ...input, SortBy: by, SortOrder: order },
      holds,
      sortOf: kind.sorts[by ?? kind.sort]!,
      descending: order === undefined ? kind.descending : order === "Descending",
    });
  }

  /** Asks for a page, and for what the model has after the end of the page before. */
  async #page(walk: Walk): Promise<void> {
    const { context, kind, input, holds, sortOf, descending, token, end } = walk;
    this.#walks = this.#walks.filter((one) => one !== walk);
    const answer = await this.ask(context, kind.unit, kind.operations.list, { ...input, NextToken: token });
    this.expect(answer, undefined);
    const page = answer as { readonly NextToken?: string } & Record<string, Record<string, string>[]>;
    const placed = this.#rows
      .filter((row) => row.kind === kind.member && isAt(row, context) && holds.every((held) => held(row)))
      .map((row) => ({ row, place: [sortOf(row), row.created, row.order] as const }))
      .sort((a, b) => (descending ? -compare(a.place, b.place) : compare(a.place, b.place)))
      .filter(({ place }) => !end || (descending ? compare(place, end) < 0 : compare(place, end) > 0));
    const limit = (input.MaxResults as number | undefined) ?? 10;
    const expected = placed.slice(0, limit);
    const shown = ({ row }: { row: Row }) => (kind.unit === hub ? `${row.shown} ${row.status}` : row.shown);
    this.equal(page[kind.member]!.map(kind.shown), expected.map(shown));
    this.equal([page.NextToken !== undefined], [placed.length > limit]);
    if (page.NextToken === undefined) return;
    this.#walks.push({ ...walk, token: page.NextToken, end: expected.at(-1)!.place });
    if (this.random.below(30) > 0) return;
    const otherOrder = { ...input, SortOrder: descending ? "Ascending" : "Descending", NextToken: page.NextToken };
    this.expect(await this.ask(context, kind.unit, kind.operations.list, otherOrder), "Invalid pagination token");
  }
}

const isAt = (row: Row, { account, region }: TestContext) =>
  row.account === account && (row.region === "-" || row.region === region);

/** Nothing comes first, then by value, then in the order in which they were made. */
function compare(a: readonly [Value, number, number], b: readonly [Value, number, number]): number {
  const [left, right] = [a[0], b[0]];
  if (left !== right) {
    if (left === null) return -1;
    if (right === null) return 1;
    return left < right ? -1 : 1;
  }
  return a[1] - b[1] || a[2] - b[2];
}

const units = [group, ...kinds.map(({ unit }) => unit)];
const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "sagebrush-sequences-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const sqlite = (alwaysReader: boolean) =>
  createSqliteResourceStore({
    path: join(folder, `${alwaysReader}.sqlite`),
    clock: { now: () => testTime },
    alwaysReader,
  });

/** The memory's feed is copied at each write, so it gets a store for each sequence. */
test("10000 sequences are as the model has them", async () => {
  for (let seed = 1; seed <= 10_000; seed++) await new Sequence(seed, createTestContext({ units })).run(12);
}, 60_000);

test.each([false, true])(
  "long sequences are as the model has them in SQLite, by its reader: %s",
  async (byReader) => {
    const store = sqlite(byReader);
    for (let seed = 1; seed <= 100; seed++) {
      await new Sequence(seed, createTestContext({ units, resources: store })).run(80);
      await store.clear();
    }
    await store.close();
  },
  60_000,
);
