import { validationFault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import type { InputOf, OutputOf } from "../../../wire/operations.ts";
import { refuseMembers } from "../not-built.ts";

type SageMaker = typeof import("@aws-sdk/client-sagemaker");
export type Container = NonNullable<InputOf<SageMaker, "CreateModel">["PrimaryContainer"]>;
type ModelPackage = OutputOf<SageMaker, "DescribeModelPackage">;

/** Members that a request must not give, because the package determines them. */
const ofPackage = ["Image", "ModelDataUrl", "ModelDataSource", "AdditionalModelDataSources"] as const;

/**
 * Returns the containers that a model package describes, the environment of the request on top; a container that names
 * no package as it is. It is kept with the model: a later change of the package changes no model.
 */
export async function unpacked(context: Context, container: Container): Promise<readonly Container[]> {
  const { ModelPackageName, InferenceSpecificationName, Environment, ...rest } = container;
  if (ModelPackageName === undefined) {
    if (InferenceSpecificationName === undefined) return [container];
    throw validationFault("InferenceSpecificationName is given without ModelPackageName.");
  }
  const twice = ofPackage.find((member) => container[member] !== undefined);
  if (twice) throw validationFault(`ModelPackageName and ${twice} are both given; a container has one or the other.`);

  const found = await context.call("sagemaker", "DescribeModelPackage", { ModelPackageName });
  checkApproval(found);
  const specification = specificationOf(found, InferenceSpecificationName);
  const { ContainerHostname: hostname, ...more } = rest;
  if (hostname !== undefined && specification.Containers.length > 1)
    throw validationFault(
      `Model package ${found.ModelPackageArn} has several containers, which have host names of their own.`,
    );
  return specification.Containers.map((packaged) => {
    refuseMembers(context, packaged, "", ["AdditionalS3DataSource"]);
    const { Image, ModelDataUrl, ModelDataSource, AdditionalModelDataSources } = packaged;
    const ContainerHostname = hostname ?? packaged.ContainerHostname;
    return {
      ...(ContainerHostname !== undefined && { ContainerHostname }),
      ...more,
      Image,
      ModelDataUrl,
      ModelDataSource,
      AdditionalModelDataSources,
      Environment: { ...packaged.Environment, ...Environment },
      ModelPackageName,
      InferenceSpecificationName,
    };
  });
}

/** A version that waits for its approval can be tried; whoever wants it approved first says so by a policy. */
function checkApproval({ ModelPackageArn, ModelApprovalStatus }: ModelPackage): void {
  if (ModelApprovalStatus !== "Rejected") return;
  throw validationFault(
    `Model package ${ModelPackageArn} has the approval status Rejected. To make a model of it, change that by UpdateModelPackage first.`,
  );
}

function specificationOf(
  { ModelPackageArn, InferenceSpecification, AdditionalInferenceSpecifications: additional = [] }: ModelPackage,
  name: string | undefined,
): NonNullable<ModelPackage["InferenceSpecification"]> {
  const found = name === undefined ? InferenceSpecification : additional.find(({ Name }) => Name === name);
  if (found) return found;
  if (name === undefined) throw validationFault(`Model package ${ModelPackageArn} has no InferenceSpecification.`);
  const names = additional.map(({ Name }) => Name).join(", ") || "none";
  throw validationFault(
    `Model package ${ModelPackageArn} has no additional inference specification "${name}". It has: ${names}.`,
  );
}
