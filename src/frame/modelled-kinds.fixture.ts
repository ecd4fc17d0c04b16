import type { Random } from "../base/random.ts";
import type { TestContext } from "../server/request/test-context.ts";
import type { OperationsUnit } from "./define-operations.ts";
import { execution, group, hub, modelPackage, userProfile } from "./sequence-kinds.fixture.ts";

/** A document as the plain model of the sequences has it. */
export interface Row {
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
export type Value = string | number | null;
export type Input = Record<string, unknown>;
export type Filtered = readonly [value: unknown, holds: (row: Row) => boolean];

export type NewRow = Pick<Row, "parts" | "shown" | "named" | "status" | "labels">;

/** What the operations of a kind do and expect in a sequence. */
export interface Steps {
  readonly random: Random;
  readonly now: number;
  /** How many versions and packages each group has, by account, region and name. */
  readonly groups: Map<string, { versions: number; children: number }>;
  ask(context: TestContext, unit: OperationsUnit, operation: string, input: Input): Promise<unknown>;
  expect(answer: unknown, refusal: string | undefined): void;
  equal(found: unknown, wanted: unknown): void;
  add(context: TestContext, unit: OperationsUnit, row: NewRow): void;
  createNamed(context: TestContext, unit: OperationsUnit, operation: string, input: Input, row: NewRow): Promise<void>;
}

/** A kind as the sequences see it: how it is asked for, and what that means to the model. */
export interface Modelled {
  readonly unit: OperationsUnit;
  readonly operations: { readonly list: string; readonly update?: string; readonly delete: string };
  readonly member: string;
  readonly shown: (summary: Record<string, string>) => string;
  /** Without SortBy and without SortOrder. */
  readonly sort: string;
  readonly descending: boolean;
  readonly sorts: Readonly<Record<string, (row: Row) => Value>>;
  readonly filters: Readonly<Record<string, (random: Random, sequence: Steps) => Filtered>>;
  readonly refused: readonly Input[];
  create(sequence: Steps, context: TestContext): Promise<void>;
  update?(row: Row, random: Random): Input;
}

export const accounts = ["111111111111", "222222222222"];
export const regions = ["us-west-2", "eu-west-1"];
const names = ["a", "B", "b", "a-b", "Ab1", "c10", "c9"];
const texts = ["a", "B", "1", "-", "zz"];
export const pick = <T>(random: Random, list: readonly T[]): T => list[random.below(list.length)]!;
export const lower = (text: string) => text.toLowerCase();
const byTime = (_random: Random, { now }: Steps) => now - 5_000 * _random.below(8);

const shared = {
  CreationTimeAfter: (random: Random, sequence: Steps): Filtered => {
    const time = byTime(random, sequence);
    return [new Date(time), ({ created }) => created > time];
  },
  CreationTimeBefore: (random: Random, sequence: Steps): Filtered => {
    const time = byTime(random, sequence);
    return [new Date(time), ({ created }) => created < time];
  },
};
const changed = {
  LastModifiedTimeAfter: (random: Random, sequence: Steps): Filtered => {
    const time = byTime(random, sequence);
    return [new Date(time), ({ modified }) => modified > time];
  },
  LastModifiedTimeBefore: (random: Random, sequence: Steps): Filtered => {
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
export const kinds: readonly Modelled[] = [
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
