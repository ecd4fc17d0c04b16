import { formatArn } from "../../../aws/arn.ts";
import { Fault } from "../../../aws/faults.ts";
import { serverSocket } from "../../../images/serving-plan.ts";
import type { ResourceDocument } from "../../../stores/resources/port.ts";
import type { InputOf } from "../../../wire/operations.ts";
import type { Context } from "../../context.ts";
import { defineOperations } from "../../define-operations.ts";
import { type ActualEndpoint, endpoint, type WantedEndpoint } from "./endpoint.ts";
import { instanceLog, type Variant } from "./endpoint-fleet.ts";
import { recordInvocation } from "./invocation-metrics.ts";
import { invokeModelServer, type ModelAnswer, NoAnswer } from "./model-server.ts";

type Invocation = InputOf<typeof import("@aws-sdk/client-sagemaker-runtime"), "InvokeEndpoint">;

const answerMilliseconds = 60_000;

/** Members that belong to kinds of endpoints which are not built, with what they belong to. */
const foreignMembers = {
  TargetModel: "an endpoint with a multi-model container",
  TargetContainerHostname: "an endpoint with several containers",
  InferenceComponentName: "an endpoint with inference components",
  EnableExplanations: "an endpoint with an explainer",
  SessionId: "an endpoint with a stateful model",
} as const satisfies Partial<Record<keyof Invocation, string>>;

export const invocation = defineOperations("sagemaker-runtime", {
  async InvokeEndpoint(input, context) {
    const begun = performance.now();
    for (const [member, owner] of Object.entries(foreignMembers))
      if (input[member as keyof Invocation] !== undefined)
        throw validationError(`${member} is for ${owner}; the endpoint ${input.EndpointName} is none. Leave it out.`);

    const { endpointName, variant, instanceId, answer, modelMilliseconds } = await forward(input, context);
    const isError = answer === undefined || answer.status < 200 || answer.status >= 300;
    recordInvocation(context, {
      endpointName,
      variantName: variant.name,
      instances: variant.instances.length,
      status: answer?.status ?? 0,
      modelMilliseconds,
      overheadMilliseconds: performance.now() - begun - modelMilliseconds,
    });
    if (isError) throw modelError(context, endpointName, variant.name, instanceId, answer);
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
  /** undefined: none came in time. */
  readonly answer: ModelAnswer | undefined;
  readonly modelMilliseconds: number;
}

/**
 * Asks one model server; another one when it cannot be reached. The endpoint is looked up anew each time: its fleet may
 * just have been replaced.
 */
async function forward(input: Invocation, context: Context): Promise<Served> {
  const headers = forwardedHeaders(input);
  const refused = new Set<string>();
  for (;;) {
    const key = endpoint.key(context, input.EndpointName);
    const document = await (refused.size === 0 ? context.cache : context.resources).get(key);
    const { wanted, actual } = served(document) ?? missing(context, input.EndpointName);
    const variant = chooseVariant(context, actual, input);
    const ready = variant.instances.filter(({ ready, runId }) => ready && !refused.has(runId!));
    const instance = ready[context.random.below(ready.length)];
    if (!instance)
      throw new Fault(
        "ServiceUnavailable",
        `No model server of the variant ${variant.name} of endpoint ${wanted.EndpointName} can be reached now; one that ended is being started again. Try again in a moment.`,
        { status: 503 },
      );
    const begun = performance.now();
    const place = { endpointName: wanted.EndpointName, variant, instanceId: instance.id };
    try {
      const socket = context.executor.socket(instance.runId!, serverSocket);
      const answer = await invokeModelServer(socket, headers, input.Body, answerMilliseconds);
      return { ...place, answer, modelMilliseconds: performance.now() - begun };
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      if (!error.refused) return { ...place, answer: undefined, modelMilliseconds: performance.now() - begun };
      refused.add(instance.runId!);
    }
  }
}

type EndpointDocument = ResourceDocument<WantedEndpoint, ActualEndpoint>;

/** The endpoint's document, when it gets traffic. */
function served(document: ResourceDocument | undefined): EndpointDocument | undefined {
  const { status, actual } = (document ?? {}) as Partial<EndpointDocument>;
  return actual?.serving && (status === "InService" || status === "Updating")
    ? (document as EndpointDocument)
    : undefined;
}

function missing(context: Context, name: string): never {
  throw validationError(`Endpoint ${name} of account ${context.account} not found.`);
}

/** By weight, or the one asked for. */
function chooseVariant(context: Context, { serving }: ActualEndpoint, input: Invocation): Variant {
  const { variants } = serving!;
  if (input.TargetVariant !== undefined) {
    const target = variants.find(({ name }) => name === input.TargetVariant);
    if (target) return target;
    throw validationError(
      `Variant ${input.TargetVariant} not found for endpoint ${input.EndpointName}; it has ${variants.map(({ name }) => name).join(", ")}.`,
    );
  }
  let rest = context.random.next() * variants.reduce((sum, { weight }) => sum + weight, 0);
  for (const variant of variants) {
    rest -= variant.weight;
    if (rest < 0) return variant;
  }
  return variants.findLast(({ weight }) => weight > 0)!;
}

/** What the container contract passes on; everything else of the request stays here. */
function forwardedHeaders(input: Invocation): Record<string, string> {
  const headers = {
    "content-type": input.ContentType,
    accept: input.Accept,
    [customAttributes]: input.CustomAttributes,
    "x-amzn-sagemaker-target-variant": input.TargetVariant,
    "x-amzn-sagemaker-inference-id": input.InferenceId,
  };
  return Object.fromEntries(
    Object.entries(headers).filter((header): header is [string, string] => header[1] !== undefined),
  );
}

const textOf = (header: string | string[] | undefined) => (Array.isArray(header) ? header.join(",") : header);

const timedOut =
  "Your invocation timed out while waiting for a response from container primary. Review the latency metrics for each container in Amazon CloudWatch, resolve the issue, and try again.";

/** The container's own refusal, in AWS's words around it. */
function modelError(
  context: Context,
  endpointName: string,
  variant: string,
  instanceId: string,
  answer: ModelAnswer | undefined,
): Fault {
  const { region, account } = context;
  const { logGroupName, logStreamName } = instanceLog(endpointName, variant, instanceId);
  const status = answer?.status ?? 0;
  const side = status >= 400 && status < 500 ? "client" : "server";
  const said = answer ? answer.body.toString() : timedOut;
  const console = `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#logEventViewer:group=${logGroupName}`;
  return new Fault(
    "ModelError",
    `Received ${side} error (${status}) from primary with message "${said}". See ${console} in account ${account} for more information.`,
    {
      status: 424,
      members: {
        OriginalStatusCode: status,
        OriginalMessage: said,
        LogStreamArn: formatArn({
          service: "logs",
          region,
          account,
          resource: `log-group:${logGroupName}:log-stream:${logStreamName}`,
        }),
      },
    },
  );
}
