import type { Grant } from "../../../aws/caller.ts";
import { Fault } from "../../../aws/faults.ts";
import { hyperparameterText } from "../../../aws/hyperparameter-text.ts";
import { parseS3Location } from "../../../aws/s3-location.ts";
import type { Context } from "../../../frame/context.ts";
import type { PythonImage, TrainingImage } from "../../../images/define-image.ts";
import type { PlannedScript } from "../../../images/training-plan.ts";
import { notBuilt } from "../not-built.ts";
import { readGrant } from "../read-grant.ts";
import { unpackLimits } from "../unpack-limits.ts";
import { trainingHosts } from "./training-hosts.ts";
import { type TrainingRequest, trainingImage } from "./training-request.ts";

/** Whether a job runs the user's own script or command, and not the program of its image. */
export function runsScript(
  { HyperParameters = {}, Environment = {}, AlgorithmSpecification }: TrainingRequest,
  image: TrainingImage,
): boolean {
  return (
    image.program === undefined ||
    "sagemaker_program" in HyperParameters ||
    "SAGEMAKER_PROGRAM" in Environment ||
    (AlgorithmSpecification?.ContainerEntrypoint ?? []).length > 0
  );
}

/**
 * Refuses a script that this version cannot run, and says what to do. Returns the Python that it runs in; undefined where
 * the job runs no script.
 */
export function checkScript(request: TrainingRequest, context: Context): PythonImage | undefined {
  const image = trainingImage(request, context);
  if (!runsScript(request, image)) {
    const hosts = trainingHosts(request).length;
    if (hosts > 1 && !image.manyHosts)
      throw notBuilt(context, `A built-in algorithm on ${hosts} hosts`, "use one, or a training script");
    return undefined;
  }
  const { ContainerEntrypoint, ContainerArguments, TrainingImage: uri } = request.AlgorithmSpecification ?? {};
  if (image.python === undefined)
    throw notBuilt(
      context,
      `A training script in the image ${uri}`,
      "name an image that runs scripts, such as sagemaker-xgboost",
    );
  if (ContainerArguments?.length && !ContainerEntrypoint?.length)
    throw notBuilt(context, "ContainerArguments without ContainerEntrypoint", "give ContainerEntrypoint too");
  const distributed = distributions.find((name) => isTrue(request.HyperParameters?.[name]));
  if (distributed)
    throw notBuilt(
      context,
      `Distributed training (hyperparameter ${distributed})`,
      "use torch_distributed, mpi or parameter_server",
    );
  return image.python;
}

/** The hyperparameters by which the SageMaker SDK asks for kinds of distribution that need AWS's machines. */
const distributions = ["distributed_dataparallel", "pytorch_xla_multi_worker"].map(
  (name) => `sagemaker_${name}_enabled`,
);

const isTrue = (text: string | undefined): boolean => text !== undefined && /^\s*(true|1)\s*$/i.test(text);

/** What a script's run needs besides what every training run has. */
export async function planScript(request: TrainingRequest, image: TrainingImage, context: Context) {
  const { ContainerEntrypoint: entry = [], ContainerArguments: words = [] } = request.AlgorithmSpecification ?? {};
  const planned: PlannedScript = {
    image: image.python!,
    ...(request.EnableNetworkIsolation ? { network: "none" } : { network: "host", role: request.RoleArn }),
    unpacked: unpackLimits(context),
    ...(entry.length > 0 ? { command: [...entry, ...words] } : {}),
  };
  return { planned, grants: await sourceGrants(request, context) };
}

/**
 * A grant for the archive of the source when the job's role may read it: the run's own key reads it. An archive that is
 * not there is granted too, because the run would else be told that it may not read it.
 */
async function sourceGrants({ HyperParameters, RoleArn }: TrainingRequest, context: Context): Promise<Grant[]> {
  const text = (HyperParameters as Record<string, string> | undefined)?.sagemaker_submit_directory;
  const location = text === undefined ? undefined : parseS3Location(hyperparameterText(text));
  if (!location?.key) return [];
  try {
    await context.as(RoleArn).call("s3", "HeadObject", { Bucket: location.bucket, Key: location.key });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    // The run then says what it was refused.
    if (error.status !== 404) return [];
  }
  return [readGrant(location, "object")];
}
