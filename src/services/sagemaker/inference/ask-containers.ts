import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { socketOf, speaksFrames } from "../../../images/serving-plan.ts";
import type { ModelAnswer, NoAnswer } from "../../../runs/model-answer.ts";
import type { InputOf } from "../../../wire/operations.ts";
import type { Instance, Variant } from "./endpoint-fleet.ts";
import { invokeModelServer, isAnswer, pingModelServer } from "./model-server.ts";
import { containerName } from "./server-run.ts";

type Invocation = InputOf<typeof import("@aws-sdk/client-sagemaker-runtime"), "InvokeEndpoint">;

/** AWS's limit for a call. */
const answerMilliseconds = 60_000;

/**
 * Asks the model server, or the one of several that the request names, or all of them in turn: what one answers is what
 * the next one is asked. Returns the last answer and the name of the container that gave it.
 */
export async function askContainers(
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
    answer = await ask(index, passedOn(headers, contentTypeOf(answer), isLast), answer.body, late);
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

/** @throws Fault for a request that names a container where it cannot, or does not where it must */
export function checkTarget(variant: Variant, { EndpointName, TargetContainerHostname: target }: Invocation): void {
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

const validationError = (message: string) => new Fault("ValidationError", message);

const contentTypeOf = ({ headers }: ModelAnswer): string | undefined => {
  const header = headers["content-type"];
  return Array.isArray(header) ? header.join(",") : header;
};
