import { validationFault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { refuseMembers } from "../not-built.ts";
import type { CreatePackage } from "./package-request.ts";

/**
 * Returns the request of a package that is made of an algorithm and of what a job has trained by it, with the containers
 * that it stands for: those by which the algorithm serves, with the model's data.
 */
export async function withSourceAlgorithm(input: CreatePackage, context: Context): Promise<CreatePackage> {
  const [source] = input.SourceAlgorithmSpecification?.SourceAlgorithms ?? [];
  if (!source) return input;
  if (input.InferenceSpecification)
    throw validationFault("InferenceSpecification and SourceAlgorithmSpecification are both given. Give one of them.");
  refuseMembers(context, source, "SourceAlgorithmSpecification.SourceAlgorithms.", ["ModelDataSource"]);
  const described = await context.call("sagemaker", "DescribeAlgorithm", { AlgorithmName: source.AlgorithmName! });
  const specification = described.InferenceSpecification as CreatePackage["InferenceSpecification"];
  if (!specification)
    throw validationFault(
      `The algorithm ${described.AlgorithmArn} has no InferenceSpecification, so its models cannot be served.`,
    );
  const [first, ...others] = specification.Containers;
  const Containers = [{ ...first!, ModelDataUrl: source.ModelDataUrl }, ...others];
  return { ...input, InferenceSpecification: { ...specification, Containers } };
}
