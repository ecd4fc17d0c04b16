import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import type { InputOf } from "../../../wire/operations.ts";

type Runtime = typeof import("@aws-sdk/client-sagemaker-runtime");

/** What the operations that invoke an endpoint have in common. */
export type Invocation = Pick<
  InputOf<Runtime, "InvokeEndpoint">,
  keyof InputOf<Runtime, "InvokeEndpoint"> & keyof InputOf<Runtime, "InvokeEndpointWithResponseStream">
> &
  Partial<InputOf<Runtime, "InvokeEndpoint">>;

export const validationError = (message: string): Fault => new Fault("ValidationError", message);

/** Members for kinds of endpoints that are not built, each with its kind. */
const foreignMembers = {
  EnableExplanations: "an endpoint with an explainer",
} as const satisfies Partial<Record<keyof Invocation, string>>;
const foreign = Object.entries(foreignMembers) as [keyof Invocation, string][];

/** Refuses what only another kind of endpoint can do, and a body that is larger than the server takes. */
export function checkMembers(input: Invocation, { settings }: Pick<Context, "settings">): void {
  const most = settings.invocationPayloadBytes;
  if ((input.Body?.byteLength ?? 0) > most)
    throw validationError(
      `1 validation error detected: Value at 'body' failed to satisfy constraint: Member must have length less than or equal to ${most}`,
    );
  for (const [member, owner] of foreign)
    if (input[member] !== undefined)
      throw validationError(`${member} is for ${owner}, which ${input.EndpointName} is not. Leave it out.`);
}

export const customAttributes = "x-amzn-sagemaker-custom-attributes";

/** Returns the headers that the container contract passes on, names and values in turn. */
export function forwardedHeaders(input: Invocation): string[] {
  const headers: string[] = [];
  const add = (name: string, value: string | undefined) => {
    if (value !== undefined) headers.push(name, value);
  };
  add("content-type", input.ContentType);
  add("accept", input.Accept);
  add(customAttributes, input.CustomAttributes);
  add("x-amzn-sagemaker-target-model", input.TargetModel);
  add("x-amzn-sagemaker-target-variant", input.TargetVariant);
  add("x-amzn-sagemaker-inference-id", input.InferenceId);
  add("x-amzn-sagemaker-session-id", input.SessionId);
  return headers;
}

export const textOf = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header.join(",") : header;
