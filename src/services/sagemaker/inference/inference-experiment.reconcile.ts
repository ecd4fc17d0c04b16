import { defineReconciler, type ReconcileContext, type ReconcileResult } from "../../../frame/define-reconciler.ts";
import { endpoint } from "./endpoint.ts";
import { endedConfig, experimentConfig } from "./experiment-config.ts";
import {
  type DescribedConfig,
  deploy,
  describeConfig,
  type Endpoint,
  type Failure,
  failureOf,
  findConfig,
  removeConfigs,
} from "./experiment-deploy.ts";
import {
  type ActualExperiment,
  askConfig,
  type Ending,
  type ExperimentDocument,
  variantNames,
  type WantedExperiment,
} from "./experiment-document.ts";
import { backToFormer } from "./experiment-ending.ts";
import { inferenceExperiment } from "./inference-experiment.ts";

type Result = ReconcileResult<WantedExperiment, ActualExperiment>;

/** The longest text of AWS's model. */
const mostReason = 1024;

/**
 * Brings an experiment on its way by configurations of its endpoint, which it makes and asks the endpoint to have, as
 * the experiment's role. Each is named in the document before it is made, so a kill at any line makes none twice.
 */
export const inferenceExperimentReconciler = defineReconciler<WantedExperiment, ActualExperiment>({
  kind: inferenceExperiment,
  unfinished: ["Creating", "Created", "Updating", "Starting", "Running", "Stopping"],
  killPoints: {
    "inference-experiment:asked": "The name of a configuration is written; there is no such configuration yet.",
    "inference-experiment:configured": "The configuration is there; the endpoint has not been asked to have it.",
    "inference-experiment:endpoint-asked": "The endpoint is being updated; the experiment does not know it yet.",
    "inference-experiment:before-running": "The endpoint has the shadow variant; the experiment does not know it yet.",
    "inference-experiment:before-ended": "The endpoint is as it is to be after the experiment, which has not ended.",
  },
  async reconcile(document, context) {
    const key = endpoint.keyOf(context, document.wanted.EndpointName);
    context.watch(key);
    const on = await endpoint.find(context, key);
    const now = context.clock.now();
    const { start, end } = document.actual;
    switch (document.status) {
      case "Creating":
        return { update: { status: now < start ? "Created" : "Starting" } };
      case "Created":
        return now < start ? { again: start } : { update: { status: "Starting" } };
      case "Starting":
        return begin(document, on, context);
      case "Updating":
        return change(document, on, context);
      case "Running":
        if (isOther(document, on)) return finish(document, "Cancelled", takenAway(document, on));
        return now < end ? { again: end } : finish(document, "Completed");
      default:
        return stop(document, on, context);
    }
  },
});

/** Has the endpoint get the shadow variant. */
async function begin(
  document: ExperimentDocument,
  on: Endpoint | undefined,
  context: ReconcileContext,
): Promise<Result> {
  const { actual } = document;
  if (!on || on.status === "Deleting") return finish(document, "Cancelled", takenAway(document, on));
  if (!actual.asked) {
    if (!on.actual.serving) return {};
    return { update: { actual: { ...actual, former: on.actual.serving.endpointConfigName, ...askConfig(document) } } };
  }
  return deployed(document, on, context);
}

/** Has the endpoint get what an update changes, where it changes something of the endpoint. */
async function change(
  document: ExperimentDocument,
  on: Endpoint | undefined,
  context: ReconcileContext,
): Promise<Result> {
  if (!document.actual.asked) return { update: { status: "Created" } };
  if (!on || on.status === "Deleting") return finish(document, "Cancelled", takenAway(document, on));
  return deployed(document, on, context);
}

async function deployed(document: ExperimentDocument, on: Endpoint, context: ReconcileContext): Promise<Result> {
  const { name } = document.actual.asked!;
  const step = await deploy(document, on, context, async (as) =>
    experimentConfig(name, document.wanted, await describeConfig(as, on.actual.serving!.endpointConfigName)),
  );
  if (step === "waits") return {};
  if (step === "sent") return sent(document);
  if (step !== "done") return finish(document, "Cancelled", step.failure);
  context.settings.reached("inference-experiment:before-running");
  return { update: { status: "Running" } };
}

const sent = ({ actual }: ExperimentDocument): Result => ({
  update: { actual: { ...actual, asked: { ...actual.asked!, sent: true } } },
});

/** Begins the end of an experiment that nobody stopped. */
function finish({ wanted, actual }: ExperimentDocument, state: Ending["state"], reason?: string): Result {
  const ending = backToFormer(wanted, state, reason?.slice(0, mostReason));
  return { update: { status: "Stopping", actual: { ...actual, asked: undefined, ending, reason: ending.reason } } };
}

/** Has the endpoint become what it is to be after the experiment. */
async function stop(
  document: ExperimentDocument,
  on: Endpoint | undefined,
  context: ReconcileContext,
): Promise<Result> {
  const { actual } = document;
  const ending = actual.ending!;
  if (!on || on.status === "Deleting") return ended(document, on, context);
  if (!actual.asked) {
    if (!endpoint.status(on).final) return {};
    const asked = await lastConfig(document, on, context);
    if (asked && "failure" in asked) return failed(document, asked.failure, on, context);
    return asked ? { update: { actual: { ...actual, ...asked } } } : ended(document, on, context);
  }
  const { name } = actual.asked;
  const step = await deploy(document, on, context, async (as) => {
    const base = await describeConfig(as, on.actual.serving!.endpointConfigName);
    const former = (actual.former && (await findConfig(as, actual.former))) || base;
    return endedConfig(name, document.wanted, ending, base, former);
  });
  if (step === "waits") return {};
  if (step === "sent") return sent(document);
  if (step === "done") return ended(document, on, context);
  return failed(document, step.failure, on, context);
}

/** Ends an experiment whose endpoint could not become what it was to be. */
function failed(
  document: ExperimentDocument,
  failure: string,
  on: Endpoint,
  context: ReconcileContext,
): Promise<Result> {
  const { actual } = document;
  const ending = actual.ending!;
  const reason = [ending.reason, failure].filter(Boolean).join(" ").slice(0, mostReason);
  return ended({ ...document, actual: { ...actual, reason, ending: { ...ending, state: "Cancelled" } } }, on, context);
}

/** Returns which configuration the endpoint is to have after the experiment; undefined when it has it. */
async function lastConfig(
  document: ExperimentDocument,
  on: Endpoint,
  context: ReconcileContext,
): Promise<Pick<ActualExperiment, "asked" | "made"> | Failure | undefined> {
  const { wanted, actual } = document;
  const { back, production, shadow, variants } = actual.ending!;
  const serving = on.actual.serving?.endpointConfigName;
  const isOurs = serving !== undefined && actual.made.includes(serving);
  const { source } = variantNames(wanted);
  // What somebody else made of the endpoint is left alone, and so is one that the experiment has not come to.
  if (!isOurs && (back || actual.former !== serving) && actual.former !== undefined) return undefined;
  const isAsItIs = production === source && !variants;
  if (!isOurs && isAsItIs) return undefined;
  if (isOurs && isAsItIs && shadow !== undefined) return undefined;
  if (isAsItIs) {
    const { shadow: tried } = variantNames(wanted);
    let former: DescribedConfig | undefined;
    const failure = await failureOf(async () => {
      former = await findConfig(context.as(wanted.RoleArn), actual.former!);
    });
    if (failure !== undefined) return { failure };
    const isLeft = former?.ShadowProductionVariants?.some(({ VariantName }) => VariantName === tried);
    if (former && (back || !isLeft)) return { asked: { name: actual.former! }, made: actual.made };
  }
  return askConfig(document);
}

/** Ends an experiment. The configurations that it made are deleted, but for the one that the endpoint has. */
async function ended(
  document: ExperimentDocument,
  on: Endpoint | undefined,
  context: ReconcileContext,
): Promise<Result> {
  const { actual } = document;
  await removeConfigs(document, on, context);
  context.settings.reached("inference-experiment:before-ended");
  const completed = context.clock.now();
  return { update: { status: actual.ending!.state, actual: { ...actual, completed } } };
}

/** Whether somebody else has made another endpoint of the experiment's. */
function isOther({ actual }: ExperimentDocument, on: Endpoint | undefined): boolean {
  if (!on || on.status === "Deleting") return true;
  return endpoint.status(on).final && on.actual.serving?.endpointConfigName !== actual.asked!.name;
}

const takenAway = ({ wanted }: ExperimentDocument, on: Endpoint | undefined): string =>
  on && on.status !== "Deleting"
    ? `The endpoint "${wanted.EndpointName}" was updated to the configuration "${on.actual.serving?.endpointConfigName}" while the experiment ran.`
    : `The endpoint "${wanted.EndpointName}" was deleted.`;
