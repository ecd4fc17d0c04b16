import { validationFault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { algorithm } from "./algorithm.ts";
import { withDefaults } from "./algorithm-hyperparameters.ts";
import { channelMode } from "./training-channel.ts";
import type { TrainingRequest } from "./training-request.ts";

type Specification = Awaited<ReturnType<typeof algorithm.get>>["wanted"]["TrainingSpecification"];

/**
 * Returns the request with what its algorithm stands for: the image, the metrics and the default values of
 * hyperparameters. So the job goes on when the algorithm is deleted.
 *
 * @throws Fault when there is no such algorithm, or when it does not take what the job gives it
 */
export async function withAlgorithm(request: TrainingRequest, context: Context): Promise<TrainingRequest> {
  const given = request.AlgorithmSpecification;
  const named = given?.AlgorithmName;
  if (named === undefined) return request;
  if (given?.TrainingImage !== undefined)
    throw validationFault("AlgorithmSpecification has both AlgorithmName and TrainingImage. Give one of them.");
  const { wanted } = await algorithm.get(context, named);
  const specification = wanted.TrainingSpecification;
  checkInstance(request, specification);
  checkInputs(request, specification);
  return {
    ...request,
    AlgorithmSpecification: {
      ...given!,
      TrainingImage: specification.TrainingImage,
      MetricDefinitions: given?.MetricDefinitions ?? specification.MetricDefinitions,
    },
    HyperParameters: withDefaults(
      (request.HyperParameters ?? {}) as Record<string, string>,
      specification.SupportedHyperParameters ?? [],
    ),
  };
}

function checkInstance(
  { ResourceConfig }: TrainingRequest,
  { SupportedTrainingInstanceTypes: types, SupportsDistributedTraining }: Specification,
): void {
  const { InstanceType: type, InstanceCount: count = 1 } = ResourceConfig ?? {};
  if (type && !(types as readonly string[]).includes(type))
    throw validationFault(
      `The algorithm does not support the instance type ${type}. It supports: ${types.join(", ")}.`,
    );
  if (count > 1 && !SupportsDistributedTraining)
    throw validationFault(`The algorithm does not support distributed training: InstanceCount is ${count}; use 1.`);
}

function checkInputs(request: TrainingRequest, { TrainingChannels: supported }: Specification): void {
  const given = request.InputDataConfig ?? [];
  const known = new Map(supported.map((one) => [one.Name, one]));
  for (const channel of given) {
    const { ChannelName: name, ContentType, CompressionType } = channel;
    const specification = known.get(name);
    if (!specification)
      throw validationFault(`The algorithm has no channel "${name}". It has: ${[...known.keys()].join(", ")}.`);
    const offered: readonly [member: string, value: string | undefined, of: readonly string[] | undefined][] = [
      ["ContentType", ContentType, specification.SupportedContentTypes],
      ["CompressionType", CompressionType, specification.SupportedCompressionTypes],
      ["InputMode", channelMode(channel, request), specification.SupportedInputModes],
    ];
    for (const [member, value, of] of offered)
      if (value !== undefined && of?.length && !of.includes(value))
        throw validationFault(
          `The channel "${name}" has the ${member} ${value}. The algorithm takes: ${of.join(", ")}.`,
        );
  }
  const names = new Set(given.map(({ ChannelName }) => ChannelName));
  const lacking = supported.find(({ Name, IsRequired }) => IsRequired && !names.has(Name!));
  if (lacking) throw validationFault(`The channel "${lacking.Name}" is required by the algorithm.`);
}
