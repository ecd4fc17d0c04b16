import type { Context } from "../../../frame/context.ts";
import { admitInvocation } from "./admit-invocation.ts";
import { askContainers, askWhole } from "./ask-containers.ts";
import type { Fleet, Variant } from "./endpoint-fleet.ts";
import { capture } from "./invocation-capture.ts";
import { recordInvocation } from "./invocation-metrics.ts";
import { forwardedHeaders, type Invocation, textOf } from "./invocation-request.ts";
import { chooseInstance } from "./invocation-route.ts";
import { isAnswer } from "./model-server.ts";

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
export function copyToShadows(context: Context, { endpointName, fleet, variant }: Copied, input: Invocation): void {
  for (const shadow of fleet.variants) {
    if (!shadow.shadow || context.random.next() * variant.weight >= shadow.shadow.weight) continue;
    setImmediate(() => {
      copy(context, endpointName, fleet, shadow, input).catch(() => {});
    });
  }
}

async function copy(
  context: Context,
  endpointName: string,
  fleet: Fleet,
  shadow: Variant,
  input: Invocation,
): Promise<void> {
  const instance = chooseInstance(context, shadow);
  if (!instance) return;
  const begun = performance.now();
  const runId = instance.runId!;
  const leave = admitInvocation(context, runId, input.Body?.byteLength ?? 0, () => `the shadow variant ${shadow.name}`);
  const concurrent = context.outstanding.of(runId);
  try {
    const request = { headers: forwardedHeaders(input), body: input.Body! };
    const [answer] = await askContainers(context, { variant: shadow, instance }, input, request, askWhole(context));
    recordInvocation(context, {
      ...{ endpointName, variantName: shadow.name, instances: shadow.instances.length, concurrent },
      status: isAnswer(answer) ? answer.status : 0,
      modelMilliseconds: performance.now() - begun,
      overheadMilliseconds: 0,
      concurrent,
    });
    if (!fleet.capture || !isAnswer(answer) || answer.status < 200 || answer.status >= 300) return;
    await capture(context, fleet.capture, shadow.name, input, answer.body, textOf(answer.headers["content-type"]));
  } finally {
    leave();
  }
}
