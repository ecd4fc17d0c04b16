import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import type { ReconcileContext } from "../../../frame/define-reconciler.ts";
import type { ResourceDocument } from "../../../stores/resources/port.ts";
import type { InputOf, OutputOf } from "../../../wire/operations.ts";
import { type ActualEndpoint, endpoint, type WantedEndpoint } from "./endpoint.ts";
import type { ExperimentDocument } from "./experiment-document.ts";

type SageMaker = typeof import("@aws-sdk/client-sagemaker");
type EndpointConfig = InputOf<SageMaker, "CreateEndpointConfig">;
export type DescribedConfig = OutputOf<SageMaker, "DescribeEndpointConfig">;
export type Endpoint = ResourceDocument<WantedEndpoint, ActualEndpoint>;

export interface Failure {
  readonly failure: string;
}
export type Step = "done" | "waits" | "sent" | Failure;

/**
 * Does the next step of having an endpoint get the configuration that an experiment asks for, as the experiment's role.
 * @param make makes the configuration, where there is none of that name
 */
export async function deploy(
  { wanted, actual }: ExperimentDocument,
  on: Endpoint,
  context: ReconcileContext,
  make: (as: Context) => Promise<EndpointConfig>,
): Promise<Step> {
  const { name: EndpointConfigName, sent } = actual.asked!;
  if (!endpoint.status(on).final) return "waits";
  const serving = on.actual.serving?.endpointConfigName;
  if (serving === EndpointConfigName) return "done";
  if (sent)
    return { failure: on.actual.failureReason ?? `The endpoint was updated to the configuration "${serving}".` };
  context.settings.reached("inference-experiment:asked");
  const failure = await failureOf(async () => {
    const as = context.as(wanted.RoleArn);
    if (!(await findConfig(as, EndpointConfigName))) await as.call("sagemaker", "CreateEndpointConfig", await make(as));
    context.settings.reached("inference-experiment:configured");
    await as.call("sagemaker", "UpdateEndpoint", { EndpointName: wanted.EndpointName, EndpointConfigName });
  });
  if (failure !== undefined) {
    // Another change of the endpoint, such as one of its capacity, may have come first.
    const now = await endpoint.find(context, on.key);
    return now && !endpoint.status(now).final ? "waits" : { failure };
  }
  context.settings.reached("inference-experiment:endpoint-asked");
  return "sent";
}

/** Returns why what is done was refused; undefined when it was not. */
export async function failureOf(act: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    if (error instanceof Fault && error.status < 500) return error.message;
    throw error;
  }
}

export const describeConfig = (as: Context, EndpointConfigName: string): Promise<DescribedConfig> =>
  as.call("sagemaker", "DescribeEndpointConfig", { EndpointConfigName });

/** Returns a configuration; undefined when it is gone. */
export async function findConfig(as: Context, name: string): Promise<DescribedConfig | undefined> {
  try {
    return await describeConfig(as, name);
  } catch (error) {
    if (error instanceof Fault && error.code === "ValidationException") return undefined;
    throw error;
  }
}

/** Deletes the configurations that were made for an experiment, but for the one that its endpoint has. */
export async function removeConfigs(
  { wanted, actual }: ExperimentDocument,
  on: Endpoint | undefined,
  context: Context,
) {
  // An endpoint that is being deleted needs none any more.
  const serving = on?.status === "Deleting" ? undefined : on?.actual.serving?.endpointConfigName;
  await failureOf(async () => {
    const as = context.as(wanted.RoleArn);
    for (const EndpointConfigName of actual.made)
      if (EndpointConfigName !== serving && (await findConfig(as, EndpointConfigName)))
        await as.call("sagemaker", "DeleteEndpointConfig", { EndpointConfigName });
  });
}
