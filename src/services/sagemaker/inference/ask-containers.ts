import type { RunAddress } from "../../../executors/port.ts";
import type { Context } from "../../../frame/context.ts";
import { socketOf, speaksFrames } from "../../../images/serving-plan.ts";
import type { ModelAnswer, NoAnswer } from "../../../runs/model-answer.ts";
import type { Instance, Variant } from "./endpoint-fleet.ts";
import { type Invocation, textOf, validationError } from "./invocation-request.ts";
import { invokeModelServer, isAnswer, pingModelServer } from "./model-server.ts";
import { containerName } from "./server-run.ts";
import { checkTargetModel } from "./target-model.ts";

/** AWS's limit for a call. */
const answerMilliseconds = 60_000;

/** What a model server is asked. */
export interface Question {
  readonly address: RunAddress;
  /** Whether the model server speaks frames. */
  readonly frames: boolean;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: Uint8Array;
  /** How long the containers before it took. */
  readonly spentMilliseconds: number;
}

/** Asks the model server whose answer is the caller's. */
export type Ask<Answer> = (question: Question) => Promise<Answer | NoAnswer>;

/** Asks for a whole answer, within AWS's limit. */
export const askWhole =
  ({ connections }: Pick<Context, "connections">): Ask<ModelAnswer> =>
  ({ address, frames, headers, body, spentMilliseconds }) => {
    const timeoutMilliseconds = Math.max(1, answerMilliseconds - spentMilliseconds);
    return invokeModelServer(address, headers, body, { timeoutMilliseconds, connections, frames });
  };

/**
 * Asks the model server, or the one of several that the request names, or all of them in turn: what one answers is what
 * the next one is asked. Returns the last answer and the name of the container that gave it; `ask` asks the last one.
 */
export async function askContainers<Answer extends { readonly status: number }>(
  context: Context,
  { variant, instance }: { readonly variant: Variant; readonly instance: Instance },
  { TargetContainerHostname: target }: Invocation,
  request: Pick<Question, "headers" | "body">,
  ask: Ask<Answer>,
): Promise<[Answer | ModelAnswer | NoAnswer, string]> {
  const begun = performance.now();
  async function send<A extends { readonly status: number }>(
    container: number | undefined,
    { headers, body }: Pick<Question, "headers" | "body">,
    ask: Ask<A>,
  ): Promise<A | NoAnswer> {
    const runId = instance.runId!;
    const address = await context.executors.named(instance.executor!).reach(runId, socketOf(container));
    const frames = speaksFrames(instance.readyDetail, container);
    const answer = await ask({ address, frames, headers, body, spentMilliseconds: performance.now() - begun });
    if (!isAnswer(answer) && answer.begun)
      context.quarantine[answer.isLate ? "put" : "doubt"](runId, () => pingModelServer(address));
    return answer;
  }

  const { containers } = variant;
  if (!containers) return [await send(undefined, request, ask), "primary"];
  if (variant.direct) {
    const index = containers.findIndex((one) => one.ContainerHostname === target);
    return [await send(index, request, ask), target!];
  }
  const last = containers.length - 1;
  let passed = request;
  for (let index = 0; index < last; index++) {
    const answer = begunAlready(await send(index, passed, askWhole(context)), index);
    if (!isAnswer(answer) || !isSuccess(answer)) return [answer, containerName(containers[index]!, index)];
    const headers = passedOn(request.headers, textOf(answer.headers["content-type"]), index + 1 === last);
    passed = { headers, body: answer.body };
  }
  return [begunAlready(await send(last, passed, ask), last), containerName(containers[last]!, last)];
}

/** The containers before one have done their part: it cannot be begun again elsewhere. */
const begunAlready = <A extends { readonly status: number }>(answer: A | NoAnswer, index: number): A | NoAnswer =>
  isAnswer(answer) || index === 0 ? answer : { ...answer, begun: true };

const isSuccess = ({ status }: ModelAnswer): boolean => status >= 200 && status < 300;

/** The headers of a request to the next container: what it is sent is what the one before answered. */
export function passedOn(headers: readonly string[], contentType: string | undefined, isLast: boolean): string[] {
  const passed = contentType === undefined ? [] : ["content-type", contentType];
  for (let at = 0; at < headers.length; at += 2)
    if (headers[at] !== "content-type" && (isLast || headers[at] !== "accept"))
      passed.push(headers[at]!, headers[at + 1]!);
  return passed;
}

/** @throws Fault for a request that names a container where it cannot, or does not where it must */
export function checkTarget(variant: Variant, input: Invocation): void {
  checkTargetModel(variant, input);
  if (variant.direct || input.TargetContainerHostname !== undefined) checkContainer(variant, input);
}

function checkContainer(variant: Variant, { EndpointName, TargetContainerHostname: target }: Invocation): void {
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
