import { type Flow, FlowFault, nodeWords } from "./flow.ts";
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
  /** Those that are wanted. Absent: `flowOutputs`. */
  readonly outputs?: readonly string[];
}

/** The outputs that a run of a flow writes: those of `rowOutputs`, and what its analyses find. */
export const flowOutputs = (flow: Flow): readonly string[] => [...rowOutputs(flow), ...analysisOutputs(flow)];

/** The outputs of a flow's analyses. */
export const analysisOutputs = ({ nodes }: Flow): readonly string[] =>
  nodes.filter(({ type }) => type === "VISUALIZATION").map(({ id }) => `${id}.default`);

/** Those with rows: those of the flow's destinations, else all that no other node reads. */
function rowOutputs({ nodes }: Flow): readonly string[] {
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
    .flatMap((node, index) => {
      const source = flowSource(node);
      const uri = job.sources[source.name] ?? (source.kind === "files" ? source.uri : undefined);
      // The job asks the query itself.
      if (uri === undefined) return [];
      const given = job.sources[source.name] === undefined && source.kind === "files" ? source : undefined;
      const isManifest = given !== undefined && (given.isManifest || given.uris !== undefined);
      const place = given?.uris ? manifestUri(job, index) : uri;
      const input = s3Input(place, `source-${index + 1}`, isManifest ? "ManifestFile" : "S3Prefix");
      return [{ InputName: source.name.replaceAll(" ", "_"), S3Input: input }];
    });
  const names = flow.nodes.filter(({ type }) => type === "SOURCE").map((node) => flowSource(node).name);
  for (const name of Object.keys(job.sources))
    if (!names.includes(name))
      problems.push(`The flow has no source ${JSON.stringify(name)}. Its sources are: ${names.join(", ")}.`);
  const outputs = job.outputs ?? flowOutputs(flow);
  if (outputs.length === 0) problems.push("The flow has no step whose rows could be written, and no analysis.");
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

/** Beside the flow. */
const manifestUri = ({ flowUri }: FlowJob, source: number): string => `${flowUri}.source-${source + 1}.manifest`;

/** Returns the manifests that a flow lists itself, which the job reads from S3. @throws FlowFault for files of several buckets */
export function flowManifests(
  { nodes }: Flow,
  job: FlowJob,
): readonly { readonly uri: string; readonly text: string }[] {
  return nodes
    .filter(({ type }) => type === "SOURCE")
    .flatMap((node, index) => {
      const source = flowSource(node);
      if (source.kind !== "files" || source.uris === undefined || job.sources[source.name] !== undefined) return [];
      const bucket = /^s3:\/\/[^/]+\//.exec(source.uris[0]!)?.[0] ?? "";
      const other = source.uris.find((uri) => bucket === "" || !uri.startsWith(bucket));
      if (other !== undefined)
        throw new FlowFault([
          `In ${nodeWords(node)}: its files are in ${bucket || "no bucket"} and also ${JSON.stringify(other)}; all files of a manifest are in one bucket, s3://BUCKET/KEY.`,
        ]);
      const keys = source.uris.map((uri) => uri.slice(bucket.length));
      return [{ uri: manifestUri(job, index), text: JSON.stringify([{ prefix: bucket }, ...keys]) }];
    });
}

const s3Input = (S3Uri: string, folder: string, S3DataType = "S3Prefix") => ({
  S3Uri,
  LocalPath: `/opt/ml/processing/${folder}`,
  S3DataType,
  S3InputMode: "File",
});
