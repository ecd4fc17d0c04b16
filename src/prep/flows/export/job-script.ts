import type { flowJobRequest } from "../flow-job-request.ts";

export type JobRequest = ReturnType<typeof flowJobRequest>;

export interface ScriptedJob {
  /** What people call the flow: the name of its file. */
  readonly flowName: string;
  /** Where the script finds the flow's file: from its own folder, or the whole path. */
  readonly flowPath: string;
  /** The request of the job; the places of the flow and of the outputs are those that the script finds out. */
  readonly request: JobRequest;
  readonly role?: string;
}

/** Returns a script that runs a flow as a processing job with the SageMaker Python SDK, version 2. */
export const jobScript = (job: ScriptedJob): string =>
  `"""Runs the flow ${commentText(job.flowName)} as a processing job. Written by "sagebrush flow export".

It needs the SageMaker Python SDK, version 2: pip install "sagemaker<3"
"""

${beginning(job)}
processor.run(
    inputs=inputs,
    outputs=outputs,
    arguments=arguments or None,
    job_name=name,
)
for output in outputs:
    print(f"{output_uri}/{name}/{output.output_name.replace('.', '/')}/")
`;

/** Returns a script that makes a pipeline of one step of it, and prints what AWS calls its definition. */
export const pipelineScript = (job: ScriptedJob, pipeline: string): string =>
  `"""Makes the pipeline ${commentText(pipeline)}, whose one step runs the flow ${commentText(job.flowName)}. Written by "sagebrush flow export".

It needs the SageMaker Python SDK, version 2: pip install "sagemaker<3". Without arguments it prints the definition;
with "create" it makes the pipeline, or changes it.
"""

import sys

${beginning(job, true)}
step = ProcessingStep(
    name=${pythonText(stepName)},
    step_args=processor.run(inputs=inputs, outputs=outputs, arguments=arguments or None),
)
pipeline = Pipeline(
    name=${pythonText(pipeline)},
    parameters=[instance_type, instance_count],
    steps=[step],
    sagemaker_session=session,
)
if sys.argv[1:] == ["create"]:
    print(pipeline.upsert(role_arn=role)["PipelineArn"])
else:
    print(pipeline.definition())
`;

export const stepName = "DataWranglerProcessingStep";

function beginning({ flowName, flowPath, request, role }: ScriptedJob, isPipeline = false): string {
  const { ProcessingInputs: inputs, ProcessingOutputConfig, ProcessingResources } = request;
  const sources = inputs.slice(1).map(({ InputName, S3Input }) => {
    return `    ${pythonText(InputName)}: (${pythonText(S3Input.S3Uri)}, ${pythonText(S3Input.LocalPath)}),`;
  });
  const { InstanceCount, InstanceType, VolumeSizeInGB } = ProcessingResources.ClusterConfig;
  const names = ProcessingOutputConfig.Outputs.map(({ OutputName }) => `    ${pythonText(OutputName)},`);
  const words = request.AppSpecification.ContainerArguments ?? [];
  const session = isPipeline ? "PipelineSession" : "sagemaker.Session";
  const base = flowName.replace(/\.flow$/, "").replaceAll(/[^A-Za-z0-9-]+/g, "-") || "flow";
  return `${isPipeline ? "" : "import time\n"}from pathlib import Path

import sagemaker
from sagemaker import image_uris
from sagemaker.processing import ProcessingInput, ProcessingOutput, Processor
from sagemaker.s3 import S3Uploader
${
  isPipeline
    ? `from sagemaker.workflow.parameters import ParameterInteger, ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.steps import ProcessingStep
`
    : ""
}
session = ${session}()
role = ${role === undefined ? 'f"arn:aws:iam::{session.account_id()}:role/SageMakerRole"' : pythonText(role)}
flow_file = Path(__file__).parent / ${pythonText(flowPath)}

# Where the sources are, and under which folder the job has them.
sources = {
${sources.join("\n")}
}
# The steps whose rows are written, NODE.OUTPUT.
output_names = [
${names.join("\n")}
]
arguments = [
${words.map((word) => `    ${pythonText(word)},`).join("\n")}
]

name = ${isPipeline ? pythonText(base) : `f"${base}-{int(time.time())}"`}
output_uri = f"s3://{session.default_bucket()}/{name}/output"
flow_uri = S3Uploader.upload(
    str(flow_file), f"s3://{session.default_bucket()}/data_wrangler_flows/{name}", sagemaker_session=session
)

${
  isPipeline
    ? `instance_type = ParameterString("InstanceType", default_value=${pythonText(InstanceType)})
instance_count = ParameterInteger("InstanceCount", default_value=${InstanceCount})
`
    : ""
}

def job_input(input_name, uri, folder):
    return ProcessingInput(
        source=uri,
        destination=folder,
        input_name=input_name,
        s3_data_type="S3Prefix",
        s3_input_mode="File",
        s3_data_distribution_type="FullyReplicated",
    )


inputs = [job_input("flow", flow_uri, ${pythonText(inputs[0]!.S3Input.LocalPath)})]
inputs += [job_input(input_name, uri, folder) for input_name, (uri, folder) in sources.items()]
outputs = [
    ProcessingOutput(
        output_name=output_name,
        source="/opt/ml/processing/output",
        destination=output_uri,
        s3_upload_mode="EndOfJob",
    )
    for output_name in output_names
]
processor = Processor(
    role=role,
    image_uri=image_uris.retrieve("data-wrangler", session.boto_region_name),
    instance_type=${isPipeline ? "instance_type" : pythonText(InstanceType)},
    instance_count=${isPipeline ? "instance_count" : InstanceCount},
    volume_size_in_gb=${VolumeSizeInGB},
    sagemaker_session=session,
)`;
}

/** JSON's texts are Python's, too. */
export const pythonText = (text: string): string => JSON.stringify(text);

/** A text that ends no comment and no docstring. */
export const commentText = (text: string): string => text.replaceAll(/\s+/g, " ").replaceAll(/["\\]/g, "");
