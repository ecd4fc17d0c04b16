import { validationFault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import type { ResourceDocument } from "../../../stores/resources/port.ts";
import { checkExecutionRole } from "../execution-role.ts";
import { checkCapture } from "./data-capture.ts";
import { type ActualEndpoint, endpoint, type WantedEndpoint } from "./endpoint.ts";
import { captureOf } from "./experiment-config.ts";
import { type ModelVariant, type Times, variantNames, type WantedExperiment } from "./experiment-document.ts";
import { containersOf } from "./server-run.ts";

const day = 86_400_000;
const defaultDays = 7;
const mostDays = 30;

/** Returns the times that a schedule gives. @throws Fault for an end that is over, or too late */
export function timesOf(schedule: WantedExperiment["Schedule"], now: number): Times {
  const start = Math.max(now, schedule?.StartTime?.getTime() ?? now);
  const end = schedule?.EndTime?.getTime() ?? start + defaultDays * day;
  checkTimes({ start, end }, now);
  return { start, end };
}

export function checkTimes({ start, end }: Times, now: number): void {
  const of = (time: number) => new Date(time).toISOString();
  if (end <= now) throw validationFault(`The EndTime ${of(end)} of the Schedule is in the past.`);
  if (end <= start)
    throw validationFault(`The EndTime ${of(end)} of the Schedule is not after its StartTime ${of(start)}.`);
  if (end - start > mostDays * day)
    throw validationFault(`The Schedule is longer than ${mostDays} days: ${of(start)} to ${of(end)}.`);
}

type EndpointDocument = ResourceDocument<WantedEndpoint, ActualEndpoint>;

/** Returns the endpoint of an experiment. @throws Fault when what is asked for cannot be tried on it */
export async function checkExperiment(context: Context, wanted: WantedExperiment): Promise<EndpointDocument> {
  const on = await endpoint.get(context, wanted.EndpointName);
  const fleet = on.actual.serving ?? on.actual.next;
  if (!fleet || on.status === "Failed" || on.status === "Deleting")
    throw validationFault(
      `The endpoint "${wanted.EndpointName}" is ${on.status}; an inference experiment needs one that serves.`,
    );
  const { source, shadow } = variantNames(wanted);
  const production = fleet.variants.filter((variant) => !variant.shadow);
  if (production.length > 1)
    throw validationFault(
      `The endpoint "${wanted.EndpointName}" has ${production.length} production variants; an endpoint with a shadow variant has one.`,
    );
  if (production[0]!.serverless)
    throw validationFault(
      `The endpoint "${wanted.EndpointName}" is serverless, on which there are no shadow variants.`,
    );
  if (production[0]!.name !== source)
    throw validationFault(
      `SourceModelVariantName "${source}" is not the production variant of the endpoint "${wanted.EndpointName}", which is "${production[0]!.name}".`,
    );
  if (source === shadow)
    throw validationFault(
      `"${source}" is both the production variant and the shadow variant; their names must differ.`,
    );
  await checkVariants(context, wanted.ModelVariants, [source, shadow]);
  checkCapture(context, captureOf(wanted.DataStorageConfig));
  await checkExecutionRole(context, wanted.RoleArn);
  // Refuses a role that could not be acted as when the experiment begins.
  context.as(wanted.RoleArn);
  return on;
}

/** @throws Fault unless there is one variant for each name, each with a model that may be a shadow variant's */
export async function checkVariants(
  context: Context,
  variants: readonly ModelVariant[],
  names: readonly string[],
): Promise<void> {
  const given = variants.map(({ VariantName }) => VariantName!);
  const isWhole = given.length === names.length && names.every((name) => given.includes(name));
  if (!isWhole)
    throw validationFault(
      `ModelVariants must have the variants of ShadowModeConfig, ${names.map((name) => `"${name}"`).join(" and ")}; it has ${given.map((name) => `"${name}"`).join(" and ")}.`,
    );
  for (const { ModelName, VariantName } of variants) {
    const model = await context.call("sagemaker", "DescribeModel", { ModelName: ModelName! });
    const containers = containersOf(model);
    const what =
      containers.length > 1
        ? "several containers"
        : containers[0]!.Mode === "MultiModel"
          ? "a multi-model container"
          : undefined;
    if (what)
      throw validationFault(
        `The model "${ModelName}" of the variant "${VariantName}" has ${what}, which inference experiments do not support.`,
      );
  }
}
