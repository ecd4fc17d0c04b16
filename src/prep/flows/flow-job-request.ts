import { type Flow, FlowFault } from "./flow.ts";
import { flowSource } from "./flow-source.ts";

/** Where the parts of a flow's job are. */
export interface FlowJob {
  readonly name: string;
  readonly role: string;
  readonly region: string;
  /** The place in S3 with the flow's file. */
  readonly flowUri: string;
  /** The place in S3 below which outputs go. */
  readonly outputUri: string;
  /** The places in S3 of sources, by the names of these, where they are not those that the flow says. */
  readonly sources: Readonly<Record<string, string>>;
  readonly arguments: readonly string[];
  /** The outputs that are wanted; absent: those that a run of the flow writes. */
  readonly outputs?: readonly string[];
}

/** The outputs that a run of a flow writes: those of its destinations, else all that no other node reads. */
export function flowOutputs({ nodes }: Flow): readonly string[] {
  const destinations = nodes.filter(({ type }) => type === "DESTINATION").map(({ id }) => `${id}.default`);
  if (destinations.length > 0) return destinations;
  const isShown = (id: string) => nodes.find((node) => node.id === id)?.type === "VISUALIZATION";
  const read = new Set(
    nodes.flatMap(({ id, inputs }) => (isShown(id) ? [] : inputs.map(({ node, output }) => `${node}.${output}`))),
  );
  return nodes
    .filter(({ type }) => type === "TRANSFORM" || type === "DATASET")
    .flatMap(({ id, outputs }) => outputs.map(({ name }) => `${id}.${name}`))
    .filter((output) => !read.has(output));
}

/** Returns the request of the processing job that runs a flow, as Data Wrangler's own export has it. @throws FlowFault */
export function flowJobRequest(flow: Flow, job: FlowJob) {
  const problems: string[] = [];
  const inputs = flow.nodes
    .filter(({ type }) => type === "SOURCE")
    .map((node, index) => {
      const source = flowSource(node);
      const uri = job.sources[source.name] ?? (source.kind === "files" ? source.uri : undefined);
      if (uri === undefined)
        problems.push(
          `The source ${JSON.stringify(source.name)} is a query of ${source.kind}. Say where its rows are as Parquet: --source ${JSON.stringify(`${source.name}=s3://BUCKET/PREFIX`)}.`,
        );
      return { InputName: source.name.replaceAll(" ", "_"), S3Input: s3Input(uri ?? "", folderOf(source.name, index)) };
    });
  const names = flow.nodes.filter(({ type }) => type === "SOURCE").map((node) => flowSource(node).name);
  for (const name of Object.keys(job.sources))
    if (!names.includes(name))
      problems.push(`The flow has no source ${JSON.stringify(name)}. Its sources are: ${names.join(", ")}.`);
  const outputs = job.outputs ?? flowOutputs(flow);
  if (outputs.length === 0) problems.push("The flow has no step whose rows could be written.");
  if (problems.length > 0) throw new FlowFault(problems);
  return {
    ProcessingJobName: job.name,
    RoleArn: job.role,
    AppSpecification: {
      ImageUri: `174368400705.dkr.ecr.${job.region}.amazonaws.com/sagemaker-data-wrangler-container:5.x`,
      ...(job.arguments.length > 0 && { ContainerArguments: job.arguments }),
    },
    ProcessingInputs: [{ InputName: "flow", S3Input: s3Input(job.flowUri, "flow") }, ...inputs],
    ProcessingOutputConfig: {
      Outputs: outputs.map((OutputName) => ({
        OutputName,
        S3Output: { S3Uri: job.outputUri, LocalPath: "/opt/ml/processing/output", S3UploadMode: "EndOfJob" },
      })),
    },
    ProcessingResources: { ClusterConfig: { InstanceCount: 1, InstanceType: "ml.m5.4xlarge", VolumeSizeInGB: 30 } },
  };
}

/** AWS's container finds a source by the name of its folder. */
const folderOf = (name: string, index: number): string =>
  /^[\w.-]+$/.test(name) && !/^(?:\.|flow$|output$)/.test(name) ? name : `source-${index + 1}`;

const s3Input = (S3Uri: string, folder: string) => ({
  S3Uri,
  LocalPath: `/opt/ml/processing/${folder}`,
  S3DataType: "S3Prefix",
  S3InputMode: "File",
});
