import type { Context } from "../../../frame/context.ts";
import { serverSocket, speaksFrames } from "../../../images/serving-plan.ts";
import { admitInvocation } from "./admit-invocation.ts";
import type { Fleet, Variant } from "./endpoint-fleet.ts";
import { capture } from "./invocation-capture.ts";
import { recordInvocation } from "./invocation-metrics.ts";
import { type Invocation, textOf } from "./invocation-request.ts";
import { chooseInstance } from "./invocation-route.ts";
import { invokeModelServer, isAnswer, pingModelServer } from "./model-server.ts";

interface Copied {
  readonly endpointName: string;
  readonly fleet: Fleet;
  /** The variant that answers the request. */
  readonly variant: Variant;
}

/**
 * Sends copies of a request to the fleet's shadow variants once it is answered. Nobody waits for a copy, and one that
 * cannot be sent is dropped.
 */
export function copyToShadows(
  context: Context,
  { endpointName, fleet, variant }: Copied,
  input: Invocation,
  headers: readonly string[],
  timeoutMilliseconds: number,
): void {
  for (const shadow of fleet.variants) {
    if (!shadow.shadow || context.random.next() * variant.weight >= shadow.shadow.weight) continue;
    setImmediate(() => {
      copy(context, endpointName, fleet, shadow, input, headers, timeoutMilliseconds).catch(() => {});
    });
  }
}

async function copy(
  context: Context,
  endpointName: string,
  fleet: Fleet,
  shadow: Variant,
  input: Invocation,
  headers: readonly string[],
  timeoutMilliseconds: number,
): Promise<void> {
  const instance = chooseInstance(context, shadow);
  if (!instance) return;
  const begun = performance.now();
  const runId = instance.runId!;
  const body = input.Body ?? new Uint8Array();
  const leave = admitInvocation(context, runId, body.byteLength, () => `the shadow variant ${shadow.name}`);
  try {
    const address = await context.executors.named(instance.executor!).reach(runId, serverSocket);
    const frames = speaksFrames(instance.readyDetail);
    const { connections } = context;
    const answer = await invokeModelServer(address, headers, body, { timeoutMilliseconds, connections, frames });
    if (!isAnswer(answer) && answer.isLate) context.quarantine.put(runId, () => pingModelServer(address));
    recordInvocation(context, {
      ...{ endpointName, variantName: shadow.name, instances: shadow.instances.length },
      status: isAnswer(answer) ? answer.status : 0,
      modelMilliseconds: performance.now() - begun,
      overheadMilliseconds: 0,
    });
    if (!fleet.capture || !isAnswer(answer) || answer.status < 200 || answer.status >= 300) return;
    await capture(context, fleet.capture, shadow.name, input, answer.body, textOf(answer.headers["content-type"]));
  } finally {
    leave();
  }
}
