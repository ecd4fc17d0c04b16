import { validationFault } from "../aws/faults.ts";
import { parentText } from "./define-kind.ts";
import { defineResource } from "./define-resource.ts";
import { refusals } from "./refusals.fixture.ts";

/**
 * The awkward kinds of the random sequences: versions that are counted, children of a parent, a kind without a region,
 * one with labels that are numbers and may be absent. Their operations are those of the AWS clients, for their types.
 */

/** The group that counts the versions of its packages. */
export const group = defineResource({
  service: "sagemaker",
  kind: "model-package-group",
  arn: "model-package-group/{ModelPackageGroupName}",
  ...refusals,
  create: {
    operation: "CreateModelPackageGroup",
    async begin() {
      return { actual: { versions: 0 } };
    },
    output: (ModelPackageGroupArn) => ({ ModelPackageGroupArn }),
  },
  hasChildren: () => validationFault("It has packages."),
  delete: { operation: "DeleteModelPackageGroup" },
});

/** Two parts of a name, one of them generated; children of their group. */
export const modelPackage = defineResource({
  service: "sagemaker",
  kind: "model-package",
  arn: "model-package/{ModelPackageGroupName}/{Version}",
  parent: { kind: "sagemaker/model-package-group", deletion: "refused" },
  ...refusals,
  create: {
    operation: "CreateModelPackage",
    token: "ClientToken",
    async begin({ ModelPackageGroupName }, context) {
      const owner = await group.get(context, ModelPackageGroupName!);
      const actual = { versions: owner.actual.versions + 1 };
      return {
        variables: { ModelPackageGroupName: ModelPackageGroupName!, Version: String(actual.versions) },
        parent: owner,
        actual: { version: actual.versions },
        changes: [await group.put(context, { ...owner, actual })],
      };
    },
    output: (ModelPackageArn) => ({ ModelPackageArn }),
  },
  labels: { approval: ({ wanted }) => wanted.ModelApprovalStatus, version: ({ actual }) => actual.version },
  list: {
    operation: "ListModelPackages",
    member: "ModelPackageSummaryList",
    descending: true,
    filters: {
      ModelApprovalStatus: "label approval",
      ModelPackageGroupName: (name, context) => ({
        parent: parentText(group.key(context, { ModelPackageGroupName: name })),
      }),
      ModelPackageType: "refused",
    },
    sorts: {},
    summary: ({ created }, ModelPackageArn) => ({
      ModelPackageArn,
      CreationTime: new Date(created),
      ModelPackageStatus: "Completed" as const,
    }),
  },
  update: {
    operation: "UpdateModelPackage",
    change: ({ wanted }, { ModelApprovalStatus }) => ({ wanted: { ...wanted, ModelApprovalStatus } }),
    output: (ModelPackageArn) => ({ ModelPackageArn }),
  },
  delete: { operation: "DeleteModelPackage" },
});

/** Two parts of a name, both given; a domain is a text here. Names differ in case alone as on AWS. */
export const userProfile = defineResource({
  service: "sagemaker",
  kind: "user-profile",
  arn: "user-profile/{DomainId}/{UserProfileName}",
  ...refusals,
  labels: { domain: ({ wanted }) => wanted.DomainId, user: ({ wanted }) => wanted.UserProfileName },
  create: {
    operation: "CreateUserProfile",
    async begin() {
      return { actual: {} };
    },
    output: (UserProfileArn) => ({ UserProfileArn }),
  },
  list: {
    operation: "ListUserProfiles",
    member: "UserProfiles",
    descending: false,
    filters: { DomainIdEquals: "label domain", UserProfileNameContains: "label user contains" },
    sorts: {},
    summary: ({ wanted: { DomainId, UserProfileName } }) => ({ DomainId, UserProfileName }),
  },
  update: {
    operation: "UpdateUserProfile",
    change: () => ({}),
    output: (UserProfileArn) => ({ UserProfileArn }),
  },
  delete: { operation: "DeleteUserProfile" },
});

/** One for all regions, with a status. */
export const hub = defineResource({
  service: "sagemaker",
  kind: "hub",
  arn: "hub/{HubName}",
  scope: "account",
  statuses: { Creating: { final: false }, InService: { final: true }, Deleting: { final: false } },
  ...refusals,
  create: {
    operation: "CreateHub",
    async begin({ HubDescription }) {
      return { status: HubDescription === "slow" ? "Creating" : "InService", actual: {} };
    },
    output: (HubArn) => ({ HubArn }),
  },
  list: {
    operation: "ListHubs",
    member: "HubSummaries",
    descending: true,
    sorts: { HubName: "name", HubStatus: "status", AccountIdOwner: "refused" },
    summary: ({ wanted, status, created, modified }, HubArn) => ({
      HubName: wanted.HubName,
      HubArn,
      HubStatus: status as "InService",
      CreationTime: new Date(created),
      LastModifiedTime: new Date(modified),
    }),
  },
  update: {
    operation: "UpdateHub",
    change: ({ status }) => ({ status: status === "InService" ? "Creating" : "InService" }),
    output: (HubArn) => ({ HubArn }),
  },
  delete: { operation: "DeleteHub" },
});

/** With a label that is a time, and may be absent: a range of it, and an order by it. */
export const execution = defineResource({
  service: "sagemaker",
  kind: "monitoring-execution",
  key: ["MonitoringScheduleName"],
  ...refusals,
  statuses: { Pending: { final: false }, Completed: { final: true } },
  create: {
    operation: "CreateMonitoringSchedule",
    async begin({ Tags, MonitoringScheduleConfig }) {
      const expression = MonitoringScheduleConfig?.ScheduleConfig?.ScheduleExpression;
      return {
        status: Tags ? "Pending" : "Completed",
        actual: {
          scheduled: expression === undefined ? undefined : Number(expression),
          type: MonitoringScheduleConfig?.MonitoringType,
        },
      };
    },
    output: (MonitoringScheduleArn) => ({ MonitoringScheduleArn }),
  },
  labels: { scheduled: ({ actual }) => actual.scheduled, type: ({ actual }) => actual.type },
  list: {
    operation: "ListMonitoringExecutions",
    member: "MonitoringExecutionSummaries",
    descending: false,
    sortBy: "label:scheduled",
    filters: {
      ScheduledTimeAfter: (time) => ({ labels: { scheduled: { after: time.getTime() } } }),
      ScheduledTimeBefore: (time) => ({ labels: { scheduled: { before: time.getTime() } } }),
      MonitoringTypeEquals: "label type",
      MonitoringScheduleName: (name) => ({ namePrefix: name.toLowerCase() }),
      MonitoringJobDefinitionName: "nothing",
      EndpointName: "refused",
    },
    sorts: { ScheduledTime: "label:scheduled" },
    summary: ({ wanted, status, created, modified, actual }) => ({
      MonitoringScheduleName: wanted.MonitoringScheduleName,
      ScheduledTime: new Date(actual.scheduled ?? 0),
      CreationTime: new Date(created),
      LastModifiedTime: new Date(modified),
      MonitoringExecutionStatus: status as "Completed",
    }),
  },
  delete: { operation: "DeleteMonitoringSchedule" },
});
