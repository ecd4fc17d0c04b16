import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import type { Place } from "../../../frame/kind-naming.ts";
import { serverSocket, speaksFrames } from "../../../images/serving-plan.ts";
import type { ModelAnswer, NoAnswer } from "../../../runs/model-answer.ts";
import type { ResourceDocument } from "../../../stores/resources/port.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { logStreamArn } from "../log-stream-arn.ts";
import { admitInvocation } from "./admit-invocation.ts";
import { type Capture, captureEntry } from "./data-capture.ts";
import { type ActualEndpoint, endpoint, type WantedEndpoint } from "./endpoint.ts";
import { type Fleet, instanceLog, type Variant } from "./endpoint-fleet.ts";
import { recordInvocation } from "./invocation-metrics.ts";
import { chooseByWeight, chooseFleet, chooseInstance } from "./invocation-route.ts";
import { invokeModelServer, isAnswer, pingModelServer } from "./model-server.ts";

type Invocation = InputOf<typeof import("@aws-sdk/client-sagemaker-runtime"), "InvokeEndpoint">;

/** AWS's limit for a call. */
const answerMilliseconds = 60_000;

/** Members for kinds of endpoints that are not built, each with its kind. */
const foreignMembers = {
  TargetModel: "an endpoint with a multi-model container",
  TargetContainerHostname: "an endpoint with several containers",
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

    const forwarded = await forward(input, context);
    const { endpointName, fleet, variant, instanceId, concurrent, answer, modelMilliseconds } = forwarded;
    const status = isAnswer(answer) ? answer.status : 0;
    recordInvocation(context, {
      endpointName,
      variantName: variant.name,
      instances: variant.instances.length,
      concurrent,
      status,
      modelMilliseconds,
      overheadMilliseconds: performance.now() - begun - modelMilliseconds,
    });
    if (!isAnswer(answer) || status < 200 || status >= 300)
      throw modelError(context, endpointName, variant.name, instanceId, answer);
    const ContentType = textOf(answer.headers["content-type"]);
    if (fleet.capture) await capture(context, fleet.capture, variant.name, input, answer.body, ContentType);
    return {
      Body: answer.body,
      ContentType,
      CustomAttributes: textOf(answer.headers[customAttributes]),
      InvokedProductionVariant: variant.name,
    };
  },
});

const customAttributes = "x-amzn-sagemaker-custom-attributes";

const validationError = (message: string) => new Fault("ValidationError", message);

interface Served {
  readonly endpointName: string;
  readonly fleet: Fleet;
  readonly variant: Variant;
  readonly instanceId: string;
  readonly concurrent: number;
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
    const fleet = chooseServing(context, actual, input);
    const variant = chooseVariant(context, fleet, input);
    const instance = chooseInstance(context, variant, gone);
    if (!instance) return noInstance(context, wanted.EndpointName, variant);

    const runId = instance.runId!;
    const leave = admitInvocation(
      context,
      runId,
      input.Body.byteLength,
      () => `the variant ${variant.name} of endpoint ${wanted.EndpointName}`,
    );
    const concurrent = context.outstanding.of(runId);
    const begun = performance.now();
    let answer: ModelAnswer | NoAnswer;
    try {
      const address = await context.executors.named(instance.executor!).reach(runId, serverSocket);
      const { connections } = context;
      answer = await invokeModelServer(address, headers, input.Body, {
        timeoutMilliseconds: answerMilliseconds,
        connections,
        frames: speaksFrames(instance.readyDetail),
      });
      if (!isAnswer(answer) && answer.isLate) context.quarantine.put(runId, () => pingModelServer(address));
    } finally {
      leave();
    }
    const modelMilliseconds = performance.now() - begun;
    if (isAnswer(answer) || answer.begun)
      return {
        endpointName: wanted.EndpointName,
        fleet,
        variant,
        instanceId: instance.id,
        concurrent,
        answer,
        modelMilliseconds,
      };
    gone ??= new Set();
    gone.add(runId);
  }
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

const named = ({ variants }: Fleet, { TargetVariant }: Invocation): Variant | undefined =>
  variants.find(({ name }) => name === TargetVariant);

const chooseServing = ({ random }: Context, actual: ActualEndpoint, input: Invocation): Fleet =>
  actual.deployment
    ? chooseFleet(actual, random, (fleet) => input.TargetVariant === undefined || named(fleet, input) !== undefined)
    : actual.serving!;

/** Chooses the variant that is asked for, else one by weight. */
function chooseVariant({ random }: Context, fleet: Fleet, input: Invocation): Variant {
  if (input.TargetVariant === undefined) return chooseByWeight(fleet.variants, random)!;
  const target = named(fleet, input);
  if (target) return target;
  throw validationError(
    `Variant ${input.TargetVariant} not found for endpoint ${input.EndpointName}; it has ${fleet.variants.map(({ name }) => name).join(", ")}.`,
  );
}

/** Captures a request and its answer, if it is one of the sample. It is written when this returns. */
async function capture(
  context: Context,
  config: Capture,
  variant: string,
  input: Invocation,
  answer: Uint8Array,
  answerType: string | undefined,
): Promise<void> {
  if (context.random.next() * 100 >= config.percentage) return;
  const time = context.clock.now();
  const data = captureEntry(config, {
    ...{ variant, time, eventId: context.ids.uuid() },
    ...{ inferenceId: input.InferenceId, customAttributes: input.CustomAttributes },
    ...{ contentType: input.ContentType, body: input.Body, answerType, answer },
  });
  await context.journalBuffer.add(config.stream, { time, data });
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
  answer: ModelAnswer | NoAnswer,
): Fault {
  const { region, account } = context;
  const log = instanceLog(endpointName, variant, instanceId);
  const [status, said] = isAnswer(answer) ? [answer.status, answer.body.toString()] : [0, answer.failure];
  const side = status >= 400 && status < 500 ? "client" : "server";
  return new Fault(
    "ModelError",
    `Received ${side} error (${status}) from primary with message "${said}". See the log stream ${log.logStreamName} of the log group ${log.logGroupName} in account ${account}, region ${region}, for more information.`,
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
