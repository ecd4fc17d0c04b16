import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import type { Place } from "../../../frame/kind-naming.ts";
import { socketOf, speaksFrames } from "../../../images/serving-plan.ts";
import type { ModelAnswer, NoAnswer } from "../../../runs/model-answer.ts";
import type { ResourceDocument } from "../../../stores/resources/port.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { logStreamArn } from "../log-stream-arn.ts";
import { type ActualEndpoint, endpoint, type WantedEndpoint } from "./endpoint.ts";
import { type Fleet, type Instance, instanceLog, type Variant } from "./endpoint-fleet.ts";
import { recordInvocation } from "./invocation-metrics.ts";
import { chooseByWeight, chooseFleet, chooseInstance } from "./invocation-route.ts";
import { invokeModelServer, isAnswer, pingModelServer } from "./model-server.ts";
import { containerName } from "./server-run.ts";

type Invocation = InputOf<typeof import("@aws-sdk/client-sagemaker-runtime"), "InvokeEndpoint">;

/** AWS's limit for a call. */
const answerMilliseconds = 60_000;

/** Members for kinds of endpoints that are not built, each with its kind. */
const foreignMembers = {
  TargetModel: "an endpoint with a multi-model container",
  InferenceComponentName: "an endpoint with inference components",
  EnableExplanations: "an endpoint with an explainer",
  SessionId: "an endpoint with a stateful model",
} as const satisfies Partial<Record<keyof Invocation, string>>;
const foreign = Object.entries(foreignMembers) as [keyof Invocation, string][];

const permissions = {
  InvokeEndpoint: (input: { readonly EndpointName?: string | undefined }, place: Place) => [
    { action: "sagemaker:InvokeEndpoint", resource: endpoint.pattern(place, input) },
  ],
};

export const invocation = defineOperations("sagemaker-runtime", permissions, {
  async InvokeEndpoint(input, context) {
    const begun = performance.now();
    for (const [member, owner] of foreign)
      if (input[member] !== undefined)
        throw validationError(`${member} is for ${owner}, which ${input.EndpointName} is not. Leave it out.`);

    const { endpointName, variant, instanceId, container, answer, modelMilliseconds } = await forward(input, context);
    const status = isAnswer(answer) ? answer.status : 0;
    recordInvocation(context, {
      endpointName,
      variantName: variant.name,
      instances: variant.instances.length,
      status,
      modelMilliseconds,
      overheadMilliseconds: performance.now() - begun - modelMilliseconds,
    });
    if (!isAnswer(answer) || status < 200 || status >= 300)
      throw modelError(context, endpointName, variant.name, instanceId, container, answer);
    return {
      Body: answer.body,
      ContentType: textOf(answer.headers["content-type"]),
      CustomAttributes: textOf(answer.headers[customAttributes]),
      InvokedProductionVariant: variant.name,
    };
  },
});

const customAttributes = "x-amzn-sagemaker-custom-attributes";

const validationError = (message: string) => new Fault("ValidationError", message);

interface Served {
  readonly endpointName: string;
  readonly variant: Variant;
  readonly instanceId: string;
  /** The container that answered, or did not; "primary" where there is one. */
  readonly container: string;
  readonly answer: ModelAnswer | NoAnswer;
  readonly modelMilliseconds: number;
}

/**
 * Sends the request to a model server, and to another one when that cannot be reached: a request goes on only when not a
 * byte of it was written, because it may be what ends model servers, and need not be one that may be done twice.
 */
async function forward(input: Invocation, context: Context): Promise<Served> {
  const headers = forwardedHeaders(input);
  let gone: Set<string> | undefined;
  for (;;) {
    // A further attempt reads the store itself: the fleet may just have been replaced.
    const documents = gone ? context.resources : context.cache;
    const document = served(await documents.get(endpoint.keyOf(context, input)));
    if (!document) throw validationError(`Endpoint ${input.EndpointName} of account ${context.account} not found.`);
    const { wanted, actual } = document;
    const variant = chooseVariant(context, actual, input);
    if (variant.direct || input.TargetContainerHostname !== undefined) checkTarget(variant, input);
    const instance = chooseInstance(context, variant, gone);
    if (!instance) return noInstance(context, wanted.EndpointName, variant);

    const runId = instance.runId!;
    const leave = context.outstanding.enter(runId);
    const begun = performance.now();
    let answer: ModelAnswer | NoAnswer;
    let container: string;
    try {
      [answer, container] = await askContainers(context, variant, instance, input, headers);
    } finally {
      leave();
    }
    const modelMilliseconds = performance.now() - begun;
    if (isAnswer(answer) || answer.begun)
      return {
        endpointName: wanted.EndpointName,
        variant,
        instanceId: instance.id,
        container,
        answer,
        modelMilliseconds,
      };
    gone ??= new Set();
    gone.add(runId);
  }
}

/**
 * Asks the model server, or the one of several that the request names, or all of them in turn: what one answers is what
 * the next one is asked. Returns the last answer and the name of the container that gave it.
 */
async function askContainers(
  context: Context,
  variant: Variant,
  instance: Instance,
  input: Invocation,
  headers: readonly string[],
): Promise<[ModelAnswer | NoAnswer, string]> {
  const ask = async (container: number | undefined, headers: readonly string[], body: Uint8Array, late: number) => {
    const runId = instance.runId!;
    const address = await context.executors.named(instance.executor!).reach(runId, socketOf(container));
    const answer = await invokeModelServer(address, headers, body, {
      timeoutMilliseconds: Math.max(1, late - performance.now()),
      connections: context.connections,
      frames: speaksFrames(instance.readyDetail, container),
    });
    if (!isAnswer(answer) && answer.isLate) context.quarantine.put(runId, () => pingModelServer(address));
    return answer;
  };
  const late = performance.now() + answerMilliseconds;
  const { containers } = variant;
  if (!containers) return [await ask(undefined, headers, input.Body, late), "primary"];
  if (variant.direct) {
    const target = containers.findIndex((one) => one.ContainerHostname === input.TargetContainerHostname);
    return [await ask(target, headers, input.Body, late), input.TargetContainerHostname!];
  }
  let answer = await ask(0, headers, input.Body, late);
  for (let index = 1; index < containers.length; index++) {
    const isLast = index === containers.length - 1;
    if (!isAnswer(answer) || !isSuccess(answer)) return [answer, containerName(containers[index - 1]!, index - 1)];
    answer = await ask(index, passedOn(headers, textOf(answer.headers["content-type"]), isLast), answer.body, late);
    // The containers before have done their part: it cannot be begun again elsewhere.
    if (!isAnswer(answer)) answer = { ...answer, begun: true };
  }
  return [answer, containerName(containers.at(-1)!, containers.length - 1)];
}

const isSuccess = ({ status }: ModelAnswer): boolean => status >= 200 && status < 300;

/** The headers of a request to the next container: what it is sent is what the one before answered. */
function passedOn(headers: readonly string[], contentType: string | undefined, isLast: boolean): string[] {
  const passed = contentType === undefined ? [] : ["content-type", contentType];
  for (let at = 0; at < headers.length; at += 2)
    if (headers[at] !== "content-type" && (isLast || headers[at] !== "accept"))
      passed.push(headers[at]!, headers[at + 1]!);
  return passed;
}

function checkTarget(variant: Variant, { EndpointName, TargetContainerHostname: target }: Invocation): void {
  const names = variant.direct ? (variant.containers ?? [variant.container]).map((one) => one.ContainerHostname) : [];
  if (target !== undefined && names.length === 0)
    throw validationError(
      `TargetContainerHostname is for an endpoint whose containers are invoked directly, which ${EndpointName} is not. Leave it out.`,
    );
  if (names.length > 0 && !names.includes(target))
    throw validationError(
      `${target === undefined ? "TargetContainerHostname is needed" : `There is no container ${target}`}: the containers of ${EndpointName} are invoked directly; they are ${names.join(", ")}.`,
    );
}

function noInstance({ quarantine }: Context, endpointName: string, { name, instances }: Variant): never {
  const who = `the variant ${name} of endpoint ${endpointName}`;
  const ended = instances.findLast(({ ready, lastEnd }) => !ready && lastEnd)?.lastEnd;
  const words = instances.some(({ runId }) => runId !== undefined && quarantine.has(runId))
    ? `The model servers of ${who} have not answered a call in time, and get no others until they answer a ping.`
    : `No model server of ${who} can be reached now; one that ended is being started again.${ended ? ` ${ended.reason}` : ""}`;
  throw new Fault("ServiceUnavailable", `${words} Try again in a moment.`, { status: 503 });
}

const servedStatuses: readonly unknown[] = ["InService", "Updating", "RollingBack", "UpdateRollbackFailed"];

type EndpointDocument = ResourceDocument<WantedEndpoint, ActualEndpoint>;

/** Returns the endpoint's document, when it gets traffic. */
function served(found: ResourceDocument | undefined): EndpointDocument | undefined {
  if (!found || !servedStatuses.includes(found.status)) return undefined;
  const document = endpoint.read(found);
  return document.actual.serving && document;
}

/** Chooses the variant that is asked for, else one by weight. */
function chooseVariant(context: Context, actual: ActualEndpoint, input: Invocation): Variant {
  const { TargetVariant } = input;
  const of = ({ variants }: Fleet) => variants.find(({ name }) => name === TargetVariant);
  const { variants } = chooseFleet(actual, context.random, (fleet) => TargetVariant === undefined || !!of(fleet));
  if (TargetVariant === undefined) return chooseByWeight(variants, context.random)!;
  const target = of({ variants } as Fleet);
  if (target) return target;
  throw validationError(
    `Variant ${TargetVariant} not found for endpoint ${input.EndpointName}; it has ${variants.map(({ name }) => name).join(", ")}.`,
  );
}

/** Returns the headers that the container contract passes on, names and values in turn. */
function forwardedHeaders(input: Invocation): string[] {
  const headers: string[] = [];
  const add = (name: string, value: string | undefined) => {
    if (value !== undefined) headers.push(name, value);
  };
  add("content-type", input.ContentType);
  add("accept", input.Accept);
  add(customAttributes, input.CustomAttributes);
  add("x-amzn-sagemaker-target-variant", input.TargetVariant);
  add("x-amzn-sagemaker-inference-id", input.InferenceId);
  return headers;
}

const textOf = (header: string | string[] | undefined) => (Array.isArray(header) ? header.join(",") : header);

/** Returns the container's own refusal, in AWS's words around it. */
function modelError(
  context: Context,
  endpointName: string,
  variant: string,
  instanceId: string,
  container: string,
  answer: ModelAnswer | NoAnswer,
): Fault {
  const { region, account } = context;
  const log = instanceLog(endpointName, variant, instanceId);
  const [status, said] = isAnswer(answer) ? [answer.status, answer.body.toString()] : [0, answer.failure];
  const side = status >= 400 && status < 500 ? "client" : "server";
  return new Fault(
    "ModelError",
    `Received ${side} error (${status}) from ${container} with message "${said}". See the log stream ${log.logStreamName} of the log group ${log.logGroupName} in account ${account}, region ${region}, for more information.`,
    {
      status: 424,
      members: {
        OriginalStatusCode: status,
        OriginalMessage: said,
        LogStreamArn: logStreamArn(context, log),
      },
    },
  );
}
