import { parseS3Location } from "../../../aws/s3-location.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import type { InputOf } from "../../../wire/operations.ts";
import type { AsyncInference } from "./async-config.ts";
import { type AsyncRequest, dequeue, enqueue, queueOf, queueWork, urlOf } from "./async-request.ts";
import { endpoint } from "./endpoint.ts";
import { served } from "./invocation-forward.ts";
import { validationError } from "./invocation-request.ts";

type Input = InputOf<typeof import("@aws-sdk/client-sagemaker-runtime"), "InvokeEndpointAsync">;

const defaultTimeoutSeconds = 900;
const defaultKeptSeconds = 21_600;

export const asyncInvocation = defineOperations(
  "sagemaker-runtime",
  {
    InvokeEndpointAsync: (input, place) => [
      { action: "sagemaker:InvokeEndpointAsync", resource: endpoint.pattern(place, input) },
    ],
  },
  {
    /** Answers when the request is durably in the endpoint's queue. */
    async InvokeEndpointAsync(input, context) {
      const document = served(await context.cache.get(endpoint.keyOf(context, input)));
      if (!document) throw notFound(input, context);
      const inference = document.actual.serving!.async;
      if (!inference)
        throw validationError(
          `Endpoint ${input.EndpointName} is not an asynchronous endpoint: invoke it with InvokeEndpoint, or give its configuration an AsyncInferenceConfig.`,
        );
      const request = requestOf(context, inference, document.wanted.EndpointName, input);
      const queue = queueOf(document);
      const key = await enqueue(context, queue, request, input.RequestTTLSeconds ?? defaultKeptSeconds);
      // A deletion that was written before the request was may have found the queue empty.
      if (served(await context.resources.get(document.key))?.id !== document.id) {
        await dequeue(context, queue, key);
        throw notFound(input, context);
      }
      context.standingWork.tell(queueWork(document));
      return {
        InferenceId: request.inferenceId,
        OutputLocation: urlOf(request.output),
        FailureLocation: urlOf(request.failure),
      };
    },
  },
);

const notFound = ({ EndpointName }: Input, { account }: Context) =>
  validationError(`Endpoint ${EndpointName} of account ${account} not found.`);

function requestOf(context: Context, inference: AsyncInference, endpointName: string, input: Input): AsyncRequest {
  const { Body: body, InputLocation: url, Filename: named } = input;
  const name = context.ids.uuid();
  const extension = input.S3OutputPathExtension?.replace(/^\/+|\/+$/g, "");
  const below = extension ? `${extension}/` : "";
  const { output, failure } = inference;
  return {
    inferenceId: input.InferenceId ?? context.ids.uuid(),
    endpointName,
    input: inputOf(body, url),
    output: { bucket: output.bucket, key: `${output.prefix}${below}${named ?? `${name}.out`}` },
    failure: { bucket: failure.bucket, key: `${failure.prefix}${below}${named ?? name}-error.out` },
    ...(named !== undefined && { isNamed: true as const }),
    contentType: input.ContentType,
    accept: input.Accept,
    customAttributes: input.CustomAttributes,
    timeoutSeconds: input.InvocationTimeoutSeconds ?? defaultTimeoutSeconds,
  };
}

function inputOf(body: Uint8Array | undefined, url: string | undefined): AsyncRequest["input"] {
  const inline = body !== undefined && body.byteLength > 0;
  if (inline === (url !== undefined))
    throw validationError(
      `Exactly one of InputLocation and Body is needed, and ${inline ? "both are" : "neither is"} given.`,
    );
  if (inline) return { inline: Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("base64") };
  const location = parseS3Location(url!);
  if (!location?.key) throw validationError(`InputLocation "${url}" names no object: s3://BUCKET/KEY is expected.`);
  return { url: url!, ...location };
}
