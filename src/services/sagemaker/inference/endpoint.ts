import { type Fault, validationFault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import type { Subject } from "../../../frame/define-kind.ts";
import { defineResource } from "../../../frame/define-resource.ts";
import type { PermissionsOf } from "../../../frame/permissions.ts";
import { openLogGroup } from "../../../runs/ship-log.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { type AsyncInference, describeAsync, inferenceOf } from "./async-config.ts";
import { tellTopicsFirst } from "./async-topics.ts";
import type { CaptureStream } from "./capture-shipping.ts";
import { describeCapture } from "./data-capture.ts";
import { type DeploymentPlan, isPlain, planDeployment } from "./deployment-plan.ts";
import { askCapacities } from "./endpoint-capacity.ts";
import { endpointConfig } from "./endpoint-config.ts";
import { alarmsIn, beginDeployment, countsOf } from "./endpoint-deployment.ts";
import { type EndpointFleet, endpointLogGroup, planFleet } from "./endpoint-fleet.ts";
import { pendingSummaryOf, startedAt, summaryOf, variantsOf } from "./endpoint-summary.ts";
import type { Fleets } from "./fleet-reconcile.ts";
import { checkHosted } from "./hosting-capacity.ts";
import { checkInstanceRoom, instancesLabel, instancesOf } from "./instance-room.ts";

type SageMaker = typeof import("@aws-sdk/client-sagemaker");
export type WantedEndpoint = InputOf<SageMaker, "CreateEndpoint">;
type UpdateEndpoint = InputOf<SageMaker, "UpdateEndpoint">;

export interface ActualEndpoint extends Fleets<EndpointFleet> {
  /** Captured requests that are not in S3, or may come. */
  readonly captures?: readonly CaptureStream[];
  /** How queued requests end while the endpoint is deleted. */
  readonly ending?: AsyncInference;
}

/** Before shape 2 every run was one of the process executor. */
function fromFirstShape({ serving, next, ...rest }: ActualEndpoint): ActualEndpoint {
  const upgraded = (fleet: EndpointFleet): EndpointFleet => ({
    ...fleet,
    variants: fleet.variants.map((variant) => ({
      ...variant,
      instances: variant.instances.map((instance) => ({ executor: "process", ...instance })),
    })),
  });
  return { ...rest, ...(serving && { serving: upgraded(serving) }), ...(next && { next: upgraded(next) }) };
}

/** Creating or updating an endpoint needs permission for its configuration too. */
const onBoth =
  (action: string): PermissionsOf =>
  (input, place) =>
    [endpoint, endpointConfig].map((kind) => ({ action: `sagemaker:${action}`, resource: kind.pattern(place, input) }));

export const endpoint = defineResource({
  service: "sagemaker",
  kind: "endpoint",
  arn: "endpoint/{EndpointName}",
  tags: true,
  title: "Endpoint",
  search: "Endpoint",
  stateChange: { event: "SageMaker Endpoint State Change", detail: inCapitals },
  labels: { [instancesLabel]: ({ actual }) => instancesOf(actual) },
  schema: 2,
  upgrade: { 1: (old) => ({ ...old, actual: fromFirstShape(old.actual as ActualEndpoint) }) },
  running: ["Creating", "InService", "Updating", "RollingBack", "UpdateRollbackFailed", "Deleting"],
  shownReason: ({ actual }: { readonly actual: ActualEndpoint }) => actual.failureReason,
  statuses: {
    // Its model may take an hour to arrive, or for ever to start; AWS would keep the caller waiting.
    Creating: { final: false, refusesUpdate: busy },
    InService: { final: true, tone: "good" },
    Updating: { final: false, refusesUpdate: busy, refusesDelete: busy },
    RollingBack: { final: false, refusesUpdate: busy, refusesDelete: busy },
    UpdateRollbackFailed: { final: true, tone: "bad", refusesUpdate: inBetween },
    Deleting: { final: false, refusesUpdate: busy, refusesDelete: busy },
    Failed: { final: true, tone: "bad", refusesUpdate: neverServed },
  },
  missing: ({ arn }) => validationFault(`Could not find endpoint "${arn}".`),
  existing: ({ arn }) => validationFault(`Cannot create already existing endpoint "${arn}".`),
  hasChildren: ({ arn }) =>
    validationFault(
      `Cannot delete endpoint "${arn}": it hosts inference components. Delete its inference components first.`,
    ),
  create: {
    operation: "CreateEndpoint",
    async begin(input, context): Promise<{ status: "Creating"; actual: ActualEndpoint }> {
      const next = await planFleet(context, input.EndpointConfigName);
      await checkDeployment(context, input.DeploymentConfig, next);
      await checkInstanceRoom(context, endpoint.key(context, { EndpointName: input.EndpointName }), next);
      // Clients read the log of an endpoint that they just made, so its group exists as soon as the endpoint does.
      await openLogGroup(context.asService(), endpointLogGroup(input.EndpointName));
      await tellTopicsFirst(context, next.async);
      return { status: "Creating", actual: { next, retiring: [] } };
    },
    output: (arn) => ({ EndpointArn: arn }),
  },
  describe: {
    operation: "DescribeEndpoint",
    output: ({ wanted, actual, status, created, modified }, arn) => {
      const { serving, next, deployment } = actual;
      return {
        EndpointName: wanted.EndpointName,
        EndpointArn: arn,
        EndpointConfigName: (serving ?? next)?.endpointConfigName ?? wanted.EndpointConfigName,
        DataCaptureConfig: describeCapture((serving ?? next)?.capture),
        AsyncInferenceConfig: describeAsync(inferenceOf(actual) ?? next?.async),
        ...(serving && variantsOf(serving, (variant) => summaryOf(variant, deployment))),
        EndpointStatus: status as "InService",
        FailureReason: actual.failureReason,
        CreationTime: new Date(created),
        LastModifiedTime: new Date(modified),
        LastDeploymentConfig: serving && wanted.DeploymentConfig,
        PendingDeploymentSummary:
          serving && next
            ? {
                EndpointConfigName: next.endpointConfigName,
                ...variantsOf(next, (variant) => pendingSummaryOf(variant, deployment)),
                StartTime: new Date(deployment?.started ?? startedAt(next) ?? modified),
              }
            : undefined,
      };
    },
  },
  list: {
    operation: "ListEndpoints",
    member: "Endpoints",
    descending: true,
    summary: ({ wanted, status, created, modified }, arn) => ({
      EndpointName: wanted.EndpointName,
      EndpointArn: arn,
      CreationTime: new Date(created),
      LastModifiedTime: new Date(modified),
      EndpointStatus: status as "InService",
    }),
  },
  permissions: { CreateEndpoint: onBoth("CreateEndpoint"), UpdateEndpoint: onBoth("UpdateEndpoint") },
  delete: {
    operation: "DeleteEndpoint",
    begin: ({ actual }): { status: "Deleting"; actual: ActualEndpoint } => ({ status: "Deleting", actual }),
  },
  update: {
    operation: "UpdateEndpoint",
    async change({ wanted, actual, key }, input, context) {
      const { EndpointConfigName } = input;
      const kept = input.RetainDeploymentConfig ? wanted.DeploymentConfig : undefined;
      const DeploymentConfig = input.DeploymentConfig ?? kept;
      // AWS reads the configuration that is to be replaced too, and refuses when it was deleted.
      await endpointConfig.get(context, actual.serving!.endpointConfigName);
      const next = await planFleet(context, EndpointConfigName, retained(input, actual.serving!));
      checkServerlessUpdate(actual.serving!, next, DeploymentConfig);
      checkAsyncUpdate(actual.serving!, next);
      checkHosted(context, actual.serving!, next);
      const plan = await checkDeployment(context, DeploymentConfig, next);
      await checkInstanceRoom(context, key, next);
      // Told again where this is called again: topics are told at least once.
      await tellTopicsFirst(context, next.async);
      const deployment = isPlain(plan) ? undefined : beginDeployment(context, plan, actual.serving!);
      return {
        status: "Updating",
        wanted: { ...wanted, EndpointConfigName, DeploymentConfig },
        actual: { ...actual, next, deployment, failureReason: undefined },
      };
    },
    output: (EndpointArn) => ({ EndpointArn }),
  },
  operations: {
    async UpdateEndpointWeightsAndCapacities(input, context, resource) {
      const { key } = await resource.update(context, input, async (document) => {
        const { key, actual, status } = document;
        const refusal = resource.status(document).refusesUpdate?.(resource.subject(key, input, status));
        if (refusal) throw refusal;
        const serving = askCapacities(context, actual.serving!, input.DesiredWeightsAndCapacities);
        await checkInstanceRoom(context, key, serving);
        return { status: "Updating", actual: { ...actual, serving, failureReason: undefined } };
      });
      return { EndpointArn: resource.arn(key) };
    },
  },
});

/** Events have the status of an endpoint as IN_SERVICE. */
function inCapitals(described: Readonly<Record<string, unknown>>) {
  return {
    ...described,
    EndpointStatus: String(described.EndpointStatus)
      .replace(/(?<=[a-z])(?=[A-Z])/g, "_")
      .toUpperCase(),
  };
}

/** Refuses a deletion or an update while another change is under way. */
function busy({ arn }: Subject): Fault {
  return validationFault(`Cannot update in-progress endpoint "${arn}".`);
}

function neverServed({ arn }: Subject): Fault {
  return validationFault(
    `Cannot update endpoint "${arn}": its creation failed, and it can only be deleted. Delete it and create it anew.`,
  );
}

function retained(input: UpdateEndpoint, fleet: EndpointFleet) {
  if (!input.RetainAllVariantProperties) return undefined;
  const excluded = new Set(
    input.ExcludeRetainedVariantProperties?.map(({ VariantPropertyType }) => VariantPropertyType),
  );
  return {
    fleet,
    weights: !excluded.has("DesiredWeight"),
    counts: !excluded.has("DesiredInstanceCount"),
    capture: !excluded.has("DataCaptureConfig"),
  };
}

function inBetween({ arn }: Subject): Fault {
  return validationFault(
    `Cannot update endpoint "${arn}": its last update and the way back have both failed, and it serves with both configurations. Delete it and create it anew.`,
  );
}

/** @throws Fault for an update that AWS has not for serverless endpoints */
function checkServerlessUpdate(
  serving: EndpointFleet,
  next: EndpointFleet,
  config: WantedEndpoint["DeploymentConfig"],
): void {
  const isServerless = ({ variants }: EndpointFleet) => variants.some(({ serverless }) => serverless);
  if (!isServerless(next)) return;
  if (!isServerless(serving))
    throw validationFault("An endpoint with instances cannot be updated to a serverless one; create another endpoint.");
  if (config) throw validationFault("DeploymentConfig is not for serverless endpoints; leave it out.");
}

/** Accepted requests end as they were promised to, so an endpoint stays what it is. @throws Fault */
function checkAsyncUpdate(serving: EndpointFleet, next: EndpointFleet): void {
  if ((serving.async === undefined) !== (next.async === undefined))
    throw validationFault(
      `An endpoint ${serving.async ? "with" : "without"} AsyncInferenceConfig cannot be updated to a configuration ${next.async ? "with" : "without"} one; create another endpoint.`,
    );
}

/** Returns how the next fleet takes over. @throws Fault when that cannot be, or one of its alarms is missing */
async function checkDeployment(
  context: Context,
  config: WantedEndpoint["DeploymentConfig"],
  next: EndpointFleet,
): Promise<DeploymentPlan> {
  const plan = planDeployment(config, countsOf(next));
  if (plan.alarms.length === 0) return plan;
  const there = await alarmsIn(context, plan.alarms);
  const missing = plan.alarms.filter((name) => !there.includes(name));
  if (missing.length > 0)
    throw validationFault(`The alarm(s) ${missing.join(", ")} of AutoRollbackConfiguration do not exist.`);
  return plan;
}
