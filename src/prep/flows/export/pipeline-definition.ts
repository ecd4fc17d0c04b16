import { type JobRequest, stepName } from "./job-script.ts";

/** Returns the definition of a pipeline of one step, which runs a flow: what CreatePipeline takes. */
export function pipelineDefinition({ ProcessingJobName: _, ...request }: JobRequest) {
  const { InstanceCount, InstanceType, VolumeSizeInGB } = request.ProcessingResources.ClusterConfig;
  const ClusterConfig = {
    InstanceType: { Get: "Parameters.InstanceType" },
    InstanceCount: { Get: "Parameters.InstanceCount" },
    VolumeSizeInGB,
  };
  return {
    Version: "2020-12-01",
    Metadata: {},
    Parameters: [
      { Name: "InstanceType", Type: "String", DefaultValue: InstanceType },
      { Name: "InstanceCount", Type: "Integer", DefaultValue: InstanceCount },
    ],
    PipelineExperimentConfig: {
      ExperimentName: { Get: "Execution.PipelineName" },
      TrialName: { Get: "Execution.PipelineExecutionId" },
    },
    Steps: [{ Name: stepName, Type: "Processing", Arguments: { ...request, ProcessingResources: { ClusterConfig } } }],
  };
}
