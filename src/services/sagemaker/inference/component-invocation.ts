import type { Context } from "../../../frame/context.ts";
import type { CountedMetric } from "../../../frame/metric-buffer.ts";
import type { ResourceDocument } from "../../../stores/resources/port.ts";
import { type ActualComponent, componentKind } from "./component-kind.ts";
import type { ActualEndpoint } from "./endpoint.ts";
import type { Variant } from "./endpoint-fleet.ts";
import type { Fleets } from "./fleet-reconcile.ts";
import { type Invocation, validationError } from "./invocation-request.ts";

type EndpointDocument = Pick<ResourceDocument<unknown, ActualEndpoint>, "key" | "id" | "actual">;
type Owner = Pick<ResourceDocument<unknown, Fleets>, "id" | "actual">;

/**
 * Returns whose model servers a request goes to: the endpoint's own, or those of the inference component that it names.
 * @throws Fault when it names one where there is none, or none where it must
 */
export function componentOf(
  context: Context,
  endpoint: EndpointDocument,
  documents: Pick<Context["resources"] | Context["cache"], "get">,
  input: Invocation,
): Owner | Promise<Owner> {
  const { hosting } = endpoint.actual.serving!;
  if (!hosting && input.InferenceComponentName === undefined) return endpoint;
  if (!hosting)
    throw validationError(
      "Inference Component Name header is not allowed for endpoints to which you dont plan to deploy inference components. Please remove the Inference Component Name header and try again.",
    );
  if (input.InferenceComponentName === undefined)
    throw validationError(
      "Inference Component Name header is required for endpoints to which you plan to deploy inference components. Please include Inference Component Name header or consider using SageMaker models.",
    );
  return found(context, documents, input);
}

async function found(
  context: Context,
  documents: Pick<Context["resources"] | Context["cache"], "get">,
  { EndpointName, InferenceComponentName: name }: Invocation,
): Promise<Owner> {
  const key = componentKind.key(context, { InferenceComponentName: name! });
  const document = await documents.get(key);
  const component = document && componentKind.read(document);
  const isOn = component?.wanted.EndpointName.toLowerCase() === EndpointName?.toLowerCase();
  if (!component || !isOn || component.status === "Deleting")
    throw validationError(`Inference component ${name} of endpoint ${EndpointName} not found.`);
  if (!component.actual.serving)
    throw validationError(
      `Inference component ${name} of endpoint ${EndpointName} is not in service: its status is ${component.status}.`,
    );
  return component as ResourceDocument<unknown, ActualComponent>;
}

const noCapacityFailures: CountedMetric = { name: "NoCapacityInvocationFailures", unit: "Count", highResolution: true };

/** Refuses a request of a component without copies, and counts it: a policy may scale the component out by that. */
export function noCapacity(context: Context, { InferenceComponentName }: Invocation, { instances }: Variant): void {
  if (instances.some(({ ready, lastEnd }) => ready || lastEnd)) return;
  const dimensions = [{ Name: "InferenceComponentName", Value: InferenceComponentName! }];
  context.metrics.add(context, { namespace: "AWS/SageMaker", dimensions }, [[noCapacityFailures, 1]]);
  throw validationError(
    "Inference Component has no capacity to process this request. ApplicationAutoScaling may be in-progress (if configured) or try to increase the capacity by invoking UpdateInferenceComponentRuntimeConfig API.",
  );
}
