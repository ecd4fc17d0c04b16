import { Fault, validationFault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import type { Subject } from "../../../frame/define-kind.ts";
import { defineResource } from "../../../frame/define-resource.ts";
import type { Begun } from "../../../frame/resource-definition.ts";
import type { ResourceDocument } from "../../../stores/resources/port.ts";
import type { InputOf, OutputOf } from "../../../wire/operations.ts";
import { type ActualEndpoint, endpoint, type WantedEndpoint } from "./endpoint.ts";
import {
  type ActualExperiment,
  askConfig,
  type ExperimentDocument,
  type Times,
  variantNames,
  type WantedExperiment,
} from "./experiment-document.ts";
import { askedEnding } from "./experiment-ending.ts";
import { checkExperiment, checkTimes, timesOf } from "./experiment-request.ts";

type SageMaker = typeof import("@aws-sdk/client-sagemaker");
type UpdateExperiment = InputOf<SageMaker, "UpdateInferenceExperiment">;
type Described = OutputOf<SageMaker, "DescribeInferenceExperiment">;
type VariantStatus = Described["ModelVariants"][number]["Status"];

const conflict =
  (may: string) =>
  ({ arn, status }: Subject): Fault =>
    new Fault(
      "ConflictException",
      `The inference experiment ${arn} is ${status}; only one that is ${may} can be ${verbs[may]}.`,
    );
const updatable = "Created or Running";
const deletable = "Created, Completed or Cancelled";
const stoppable = "Created, Starting, Running or Updating";
const startable = "Created";
const verbs: Readonly<Record<string, string>> = {
  [updatable]: "updated",
  [deletable]: "deleted",
  [stoppable]: "stopped",
  [startable]: "started",
};
const [refusesUpdate, refusesDelete, refusesStop] = [conflict(updatable), conflict(deletable), conflict(stoppable)];
const unfinished = ["Creating", "Created", "Updating", "Starting", "Running", "Stopping"] as const;

/** A shadow test: for a time, a second model gets copies of the requests to an endpoint. */
export const inferenceExperiment = defineResource({
  service: "sagemaker",
  kind: "inference-experiment",
  arn: "inference-experiment/{Name}",
  tags: true,
  title: "Inference experiment",
  stateChange: { event: "SageMaker Inference Experiment State Change" },
  labels: { endpoint: ({ wanted }: ExperimentDocument) => wanted.EndpointName.toLowerCase() },
  running: unfinished,
  shownReason: ({ actual }: { readonly actual: ActualExperiment }) => actual.reason,
  statuses: {
    Creating: { final: false, refusesUpdate, refusesDelete, refusesStop },
    Created: { final: false },
    Updating: { final: false, refusesUpdate, refusesDelete },
    Starting: { final: false, refusesUpdate, refusesDelete },
    Running: { final: false, tone: "good", refusesDelete },
    Stopping: { final: false, refusesUpdate, refusesDelete, refusesStop },
    Completed: { final: true, tone: "good", refusesUpdate, refusesStop },
    Cancelled: { final: true, refusesUpdate, refusesStop },
  },
  missing: ({ arn }) => new Fault("ResourceNotFound", `Could not find inference experiment "${arn}".`),
  existing: ({ arn }) => new Fault("ResourceInUse", `Cannot create already existing inference experiment "${arn}".`),
  create: {
    operation: "CreateInferenceExperiment",
    async begin(input, context): Promise<Begun<WantedExperiment, ActualExperiment, "Creating">> {
      const on = await checkExperiment(context, input);
      await checkAlone(context, input.EndpointName);
      const times = timesOf(input.Schedule, context.clock.now());
      // Whoever begins another experiment on the endpoint at the same time conflicts with this write, and finds this one.
      return { status: "Creating", actual: { ...times, made: [] }, changes: [await endpoint.put(context, on)] };
    },
    output: (InferenceExperimentArn) => ({ InferenceExperimentArn }),
  },
  describe: {
    operation: "DescribeInferenceExperiment",
    async output(document, Arn, context): Promise<Described> {
      const { wanted, actual, status, created, modified } = document;
      const on = await endpoint.find(context, endpoint.keyOf(context, wanted.EndpointName));
      return {
        Arn,
        Name: wanted.Name,
        Type: wanted.Type,
        Schedule: scheduleOf(actual),
        Status: status as "Created",
        StatusReason: actual.reason,
        Description: wanted.Description,
        CreationTime: new Date(created),
        CompletionTime: completionOf(actual),
        LastModifiedTime: new Date(modified),
        RoleArn: wanted.RoleArn,
        EndpointMetadata: metadataOf(wanted.EndpointName, on),
        ModelVariants: variantsOf(document),
        DataStorageConfig: wanted.DataStorageConfig,
        ShadowModeConfig: wanted.ShadowModeConfig,
        KmsKey: wanted.KmsKey,
      };
    },
  },
  list: {
    operation: "ListInferenceExperiments",
    member: "InferenceExperiments",
    descending: true,
    // There is one type.
    filters: { Type: () => undefined },
    summary: ({ wanted, actual, status, created, modified }) => ({
      Name: wanted.Name,
      Type: wanted.Type,
      Schedule: scheduleOf(actual),
      Status: status as "Created",
      StatusReason: actual.reason,
      Description: wanted.Description,
      CreationTime: new Date(created),
      CompletionTime: completionOf(actual),
      LastModifiedTime: new Date(modified),
      RoleArn: wanted.RoleArn,
    }),
  },
  update: {
    operation: "UpdateInferenceExperiment",
    async change(document, input, context) {
      const { actual, status } = document;
      const wanted = { ...document.wanted, ...changed(document, input) };
      await checkExperiment(context, wanted);
      const times = input.Schedule ? changedTimes(document, input.Schedule, context.clock.now()) : actual;
      const { start, end } = times;
      const isDeployed = input.ModelVariants ?? input.ShadowModeConfig ?? input.DataStorageConfig;
      return {
        status: "Updating",
        wanted,
        actual: { ...actual, start, end, ...(status === "Running" && isDeployed && askConfig(document)) },
      };
    },
    output: (InferenceExperimentArn) => ({ InferenceExperimentArn }),
  },
  delete: {
    operation: "DeleteInferenceExperiment",
    output: ({ key }): { InferenceExperimentArn: string } => ({ InferenceExperimentArn: inferenceExperiment.arn(key) }),
  },
  operations: {
    async StartInferenceExperiment(input, context, resource) {
      const { key } = await resource.update(context, input.Name, ({ key, status, actual }) => {
        if (status !== "Created") throw conflict(startable)(resource.subject(key, input, status));
        const now = context.clock.now();
        const times = { start: now, end: actual.end };
        checkTimes(times, now);
        return { status: "Starting", actual: { ...actual, ...times } };
      });
      return { InferenceExperimentArn: resource.arn(key) };
    },
    async StopInferenceExperiment(input, context, resource) {
      const { key } = await resource.update(context, input.Name, async (document) => {
        const { key, status, wanted, actual } = document;
        const refusal = resource.status(document).refusesStop?.(resource.subject(key, input, status));
        if (refusal) throw refusal;
        const ending = askedEnding(wanted, input);
        for (const { ModelName } of ending.variants ?? [])
          await context.call("sagemaker", "DescribeModel", { ModelName: ModelName! });
        return { status: "Stopping", actual: { ...actual, asked: undefined, ending, reason: ending.reason } };
      });
      return { InferenceExperimentArn: resource.arn(key) };
    },
  },
});

/** @throws Fault while another experiment has the endpoint */
async function checkAlone(context: Context, EndpointName: string): Promise<void> {
  const { account, region } = context;
  const { documents } = await context.resources.list(inferenceExperiment.name, {
    ...{ account, region, status: unfinished, limit: 1 },
    labels: { endpoint: EndpointName.toLowerCase() },
  });
  if (documents.length === 0) return;
  throw new Fault(
    "ResourceInUse",
    `The endpoint "${EndpointName}" is used by the inference experiment ${inferenceExperiment.arn(documents[0]!.key)}, which has not ended.`,
  );
}

/** Returns the members that a call changes. @throws Fault for what a running experiment keeps */
function changed({ wanted, status }: ExperimentDocument, input: UpdateExperiment): Partial<WantedExperiment> {
  const { Description, DataStorageConfig, ShadowModeConfig = wanted.ShadowModeConfig, ModelVariants = [] } = input;
  const { source, shadow } = variantNames({ ...wanted, ShadowModeConfig });
  const given = (name: string | undefined) => ModelVariants.find(({ VariantName }) => VariantName === name);
  const before = (name: string | undefined) => wanted.ModelVariants.find(({ VariantName }) => VariantName === name);
  for (const { VariantName } of ModelVariants)
    if (VariantName !== source && VariantName !== shadow)
      throw validationFault(
        `ModelVariants has the variant "${VariantName}"; the experiment has "${source}" and "${shadow}".`,
      );
  if (status === "Running") {
    const now = variantNames(wanted);
    if (now.source !== source || now.shadow !== shadow || DataStorageConfig)
      throw validationFault(
        "Of a Running inference experiment the variants and the DataStorageConfig stay; the description, the sampling percentage, the instances and the EndTime can be changed.",
      );
    for (const { VariantName, ModelName } of ModelVariants)
      if (before(VariantName)!.ModelName !== ModelName)
        throw validationFault(
          `The model of the variant "${VariantName}" of a Running inference experiment cannot be changed.`,
        );
  }
  return {
    ...(Description !== undefined && { Description }),
    ...(DataStorageConfig && { DataStorageConfig }),
    ShadowModeConfig,
    ModelVariants: [source, shadow].flatMap((name) => given(name) ?? before(name) ?? []),
  };
}

function changedTimes(
  { status, actual: { start, end } }: ExperimentDocument,
  schedule: NonNullable<UpdateExperiment["Schedule"]>,
  now: number,
): Times {
  if (status !== "Running")
    return timesOf({ StartTime: new Date(start), EndTime: new Date(end), ...given(schedule) }, now);
  if (schedule.StartTime && schedule.StartTime.getTime() !== start)
    throw validationFault("The StartTime of a Running inference experiment cannot be changed.");
  const times = { start, end: schedule.EndTime?.getTime() ?? end };
  checkTimes(times, now);
  return times;
}

const given = ({ StartTime, EndTime }: NonNullable<UpdateExperiment["Schedule"]>) => ({
  ...(StartTime && { StartTime }),
  ...(EndTime && { EndTime }),
});

const scheduleOf = ({ start, end, completed }: ActualExperiment) => ({
  StartTime: new Date(start),
  EndTime: new Date(completed ?? end),
});

const completionOf = ({ completed }: ActualExperiment) => (completed === undefined ? undefined : new Date(completed));

const metadataOf = (EndpointName: string, on: ResourceDocument<WantedEndpoint, ActualEndpoint> | undefined) => ({
  EndpointName,
  EndpointConfigName: (on?.actual.serving ?? on?.actual.next)?.endpointConfigName,
  EndpointStatus: on?.status as "InService" | undefined,
  FailureReason: on?.actual.failureReason,
});

function variantsOf({ wanted, actual, status }: ExperimentDocument): Described["ModelVariants"] {
  const { source } = variantNames(wanted);
  const { ending } = actual;
  return wanted.ModelVariants.map((variant) => {
    const name = variant.VariantName!;
    const stays = !ending || name === ending.production || name === ending.shadow;
    const isDeployed = name === source || actual.former !== undefined;
    const Status: VariantStatus = !stays
      ? status === "Stopping"
        ? "Deleting"
        : "Deleted"
      : status === "Updating" || status === "Stopping"
        ? "Updating"
        : isDeployed && (name === source || status !== "Starting")
          ? "InService"
          : "Creating";
    return { ...variant, Status };
  }) as Described["ModelVariants"];
}
