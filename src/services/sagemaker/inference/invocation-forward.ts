import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import type { ModelAnswer, NoAnswer } from "../../../runs/model-answer.ts";
import type { ResourceDocument } from "../../../stores/resources/port.ts";
import { admitInvocation } from "./admit-invocation.ts";
import { type Ask, askContainers, checkTarget } from "./ask-containers.ts";
import { componentOf, noCapacity } from "./component-invocation.ts";
import type { Capture } from "./data-capture.ts";
import { type ActualEndpoint, endpoint, type WantedEndpoint } from "./endpoint.ts";
import type { Fleet, Variant } from "./endpoint-fleet.ts";
import type { Fleets } from "./fleet-reconcile.ts";
import { forwardedHeaders, type Invocation, validationError } from "./invocation-request.ts";
import { chooseByWeight, chooseFleet, chooseInstance } from "./invocation-route.ts";
import { findSession } from "./invocation-session.ts";
import { isAnswer } from "./model-server.ts";
import { awaitInstance, enterServerless } from "./serverless-demand.ts";

/** A request that a model server got, and what came of it. */
export interface Served<Answer> {
  readonly endpointName: string;
  /** The id of the endpoint, or of the inference component. */
  readonly ownerId: string;
  readonly component: string | undefined;
  readonly fleet: Fleet;
  /** Absent: nothing of the request is captured. */
  readonly capture: Capture | undefined;
  readonly variant: Variant;
  readonly instanceId: string;
  readonly runId: string;
  /** The requests that the instance had when this one came to it, with this one. */
  readonly concurrent: number;
  /** The container that answered, or did not; "primary" where there is one. */
  readonly container: string;
  /** Whole where a container before the last one of a pipeline refused. */
  readonly answer: Answer | ModelAnswer | NoAnswer;
  readonly modelMilliseconds: number;
  /** Says that the request is answered: the instance may have the next one, or end. */
  leave(): void;
}

/**
 * Sends the request to a model server, and to another one when that cannot be reached: a request goes on only when not a
 * byte of it was written, because it may be what ends model servers, and need not be one that may be done twice.
 */
export async function forward<Answer extends { readonly status: number }>(
  input: Invocation,
  context: Context,
  ask: Ask<Answer>,
): Promise<Served<Answer>> {
  const request = { headers: forwardedHeaders(input), body: input.Body! };
  let gone: Set<string> | undefined;
  let leaveVariant: (() => void) | undefined;
  let woken = false;
  try {
    for (;;) {
      // A further attempt reads the store itself: the fleet may just have been replaced.
      const documents = gone ? context.resources : context.cache;
      const document = served(await documents.get(endpoint.keyOf(context, input)));
      if (!document) throw validationError(`Endpoint ${input.EndpointName} of account ${context.account} not found.`);
      const { wanted } = document;
      if (document.actual.serving!.async)
        throw validationError(
          `Endpoint ${input.EndpointName} is an asynchronous endpoint: it answers InvokeEndpointAsync alone.`,
        );
      const { id: ownerId, actual } = await componentOf(context, document, documents, input);
      const session = input.SessionId !== undefined;
      if (session) context.controlOnly();
      const sticky = session ? await findSession(context, ownerId, actual, input) : undefined;
      const fleet = sticky?.fleet ?? chooseServing(context, actual, input);
      const variant = sticky?.variant ?? chooseVariant(context, fleet, input);
      checkTarget(variant, input);
      const instance = chooseInstance(context, sticky ? { instances: [sticky.instance] } : variant, gone);
      if (variant.serverless) leaveVariant ??= enterServerless(context, document.id, variant);
      if (!instance && variant.serverless && !woken) {
        await awaitInstance(context, document.key, wanted.EndpointName, variant);
        woken = true;
        // What is read next is the store, which has the new instance.
        gone ??= new Set();
        continue;
      }
      if (!instance && input.InferenceComponentName !== undefined) noCapacity(context, input, variant);
      if (!instance) return noInstance(context, wanted.EndpointName, variant);

      const runId = instance.runId!;
      const leave = admitInvocation(
        context,
        runId,
        request.body.byteLength,
        () => `the variant ${variant.name} of endpoint ${wanted.EndpointName}`,
      );
      const concurrent = context.outstanding.of(runId);
      const begun = performance.now();
      let answer: Answer | ModelAnswer | NoAnswer;
      let container: string;
      try {
        [answer, container] = await askContainers(context, { variant, instance }, input, request, ask);
      } catch (error) {
        leave();
        throw error;
      }
      const modelMilliseconds = performance.now() - begun;
      if (isAnswer(answer) || answer.begun)
        return {
          endpointName: wanted.EndpointName,
          ownerId,
          component: input.InferenceComponentName,
          fleet,
          capture: document.actual.serving!.capture,
          variant,
          instanceId: instance.id,
          runId,
          concurrent,
          container,
          answer,
          modelMilliseconds,
          leave: leaveVariant ? both(leave, leaveVariant) : leave,
        };
      leave();
      gone ??= new Set();
      gone.add(runId);
    }
  } catch (error) {
    leaveVariant?.();
    throw error;
  }
}

const both = (first: () => void, second: () => void) => () => {
  first();
  second();
};

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
export function served(found: ResourceDocument | undefined): EndpointDocument | undefined {
  if (!found || !servedStatuses.includes(found.status)) return undefined;
  const document = endpoint.read(found);
  return document.actual.serving && document;
}

const named = ({ variants }: Fleet, { TargetVariant }: Invocation): Variant | undefined =>
  variants.find(({ name, shadow }) => name === TargetVariant && !shadow);

const chooseServing = ({ random }: Context, actual: Fleets, input: Invocation): Fleet =>
  actual.deployment
    ? chooseFleet(actual, random, (fleet) => input.TargetVariant === undefined || named(fleet, input) !== undefined)
    : actual.serving!;

/** Chooses the variant that is asked for, else one by weight. */
function chooseVariant({ even }: Context, fleet: Fleet, input: Invocation): Variant {
  if (input.TargetVariant === undefined) return chooseByWeight(fleet.variants, even)!;
  const target = named(fleet, input);
  if (target) return target;
  throw validationError(
    `Variant ${input.TargetVariant} not found for endpoint ${input.EndpointName}; it has ${fleet.variants.flatMap(({ name, shadow }) => (shadow ? [] : [name])).join(", ")}.`,
  );
}
