import { defaultRuntimeSeconds, type ProcessingRequest } from "./processing-request.ts";

/**
 * Returns the files below /opt/ml that a processing container reads its job from. AWS writes the request with the
 * defaults, and null where a member has none.
 */
export function containerFiles(
  request: ProcessingRequest,
  arn: string,
  host: string,
  hosts: readonly string[],
): Record<string, string> {
  const files = {
    processingjobconfig: processingJobConfig(request, arn),
    resourceconfig: { current_host: host, hosts },
  };
  return Object.fromEntries(
    Object.entries(files).map(([name, content]) => [`config/${name}.json`, JSON.stringify(content)]),
  );
}

function processingJobConfig(request: ProcessingRequest, arn: string): object {
  const { AppSpecification: app, ProcessingOutputConfig: output, ProcessingResources: resources } = request;
  const { ClusterConfig: cluster } = resources;
  return {
    ProcessingJobArn: arn,
    ProcessingJobName: request.ProcessingJobName,
    AppSpecification: {
      ImageUri: app.ImageUri,
      ContainerEntrypoint: app.ContainerEntrypoint ?? null,
      ContainerArguments: app.ContainerArguments ?? null,
    },
    Environment: request.Environment ?? {},
    ProcessingInputs: (request.ProcessingInputs ?? []).map(({ DatasetDefinition, InputName, S3Input: source }) => ({
      InputName,
      ...(source && {
        S3Input: {
          LocalPath: source.LocalPath,
          S3Uri: source.S3Uri,
          S3DataDistributionType: source.S3DataDistributionType ?? "FullyReplicated",
          S3DataType: source.S3DataType,
          S3InputMode: source.S3InputMode ?? "File",
          S3CompressionType: source.S3CompressionType ?? "None",
          S3DownloadMode: "StartOfJob",
        },
      }),
      ...(DatasetDefinition && { DatasetDefinition }),
    })),
    ProcessingOutputConfig: {
      Outputs: (output?.Outputs ?? []).map(({ AppManaged, FeatureStoreOutput, OutputName, S3Output: target }) => ({
        OutputName,
        ...(FeatureStoreOutput && { FeatureStoreOutput, AppManaged: AppManaged ?? false }),
        ...(target && {
          S3Output: { LocalPath: target.LocalPath, S3Uri: target.S3Uri, S3UploadMode: target.S3UploadMode },
        }),
      })),
      KmsKeyId: output?.KmsKeyId ?? null,
    },
    ProcessingResources: {
      ClusterConfig: {
        InstanceCount: cluster.InstanceCount ?? 1,
        InstanceType: cluster.InstanceType,
        VolumeSizeInGB: cluster.VolumeSizeInGB,
        VolumeKmsKeyId: cluster.VolumeKmsKeyId ?? null,
      },
    },
    RoleArn: request.RoleArn,
    StoppingCondition: {
      MaxRuntimeInSeconds: request.StoppingCondition?.MaxRuntimeInSeconds ?? defaultRuntimeSeconds,
    },
  };
}
