import { GetObjectCommand } from "@aws-sdk/client-s3";
import {
  DescribeProcessingJobCommand,
  type DescribeProcessingJobResponse,
  ListProcessingJobsCommand,
  type ProcessingJobSummary,
} from "@aws-sdk/client-sagemaker";
import { findingsFile } from "../../../src/prep/flows/analysis-flow.ts";
import { type Flow, type FlowNode, operatorName } from "../../../src/prep/flows/flow.ts";
import { flowSource } from "../../../src/prep/flows/flow-source.ts";
import { readFlow } from "../../../src/prep/flows/read-flow.ts";
import { reportNode } from "../../../src/prep/insights/report-params.ts";
import { call } from "../api/command.ts";
import { queries } from "../frame/query.ts";
import type { Answer } from "../pages/read-page.ts";
import { s3 } from "../services/s3.ts";
import { sagemaker } from "../services/sagemaker.ts";
import { titleOf } from "../values/words.ts";
import type { FindingsName } from "./report-address.ts";

export const jobKind = "sagemaker/processing-job";

/** What a job finds, or has found, in an analysis of its flow. */
export interface Findings extends FindingsName {
  readonly status: string;
  readonly created: Date;
  readonly failure?: string;
  readonly isReport: boolean;
  /** "Histogram", or what the node is called. */
  readonly title: string;
  /** What was looked at: an address in S3, a table, a query. */
  readonly source: string;
  readonly target?: string;
  /** The folder of S3 in which the job leaves it. */
  readonly bucket: string;
  readonly folder: string;
}

const pageSize = 20;
/** So many pages of jobs are read for a page of findings: most jobs have none. */
const mostPages = 5;

/** A page of what processing jobs found, the newest first: jobs of Data Wrangler's image whose flows have analyses. */
export async function listFindings(
  nameContains: string,
  token: string | undefined,
  signal: AbortSignal,
): Promise<Answer<Findings>> {
  const rows: Findings[] = [];
  let next = token;
  for (let page = 0; page < mostPages && rows.length < pageSize; page++) {
    const input = {
      ...{ SortBy: "CreationTime" as const, SortOrder: "Descending" as const, MaxResults: pageSize },
      ...(nameContains !== "" && { NameContains: nameContains }),
      NextToken: next,
    };
    const output = await call(sagemaker, ListProcessingJobsCommand, input, signal);
    const jobs = await Promise.all((output.ProcessingJobSummaries ?? []).map(findingsOfListed));
    rows.push(...jobs.flat());
    next = output.NextToken;
    if (next === undefined) break;
  }
  return { rows, next };
}

/** What is known of a job does not change as long as its status does not. A job that is gone, or may not be read, has none. */
const findingsOfListed = ({ CreationTime, ProcessingJobName, ProcessingJobStatus }: ProcessingJobSummary) =>
  queries
    .fetchQuery({
      queryKey: ["findings", ProcessingJobName, CreationTime?.getTime(), ProcessingJobStatus],
      queryFn: () => findingsOfJob(ProcessingJobName!),
      staleTime: Number.POSITIVE_INFINITY,
    })
    .catch((): readonly Findings[] => []);

/** @throws Error where the job, or its flow, cannot be read */
export async function findingsOfJob(name: string, signal?: AbortSignal): Promise<readonly Findings[]> {
  const job = await call(sagemaker, DescribeProcessingJobCommand, { ProcessingJobName: name }, signal);
  const flowUri = job.ProcessingInputs?.find(({ InputName }) => InputName === "flow")?.S3Input?.S3Uri;
  const isDataWrangler = job.AppSpecification?.ImageUri?.includes("/sagemaker-data-wrangler-container");
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(flowUri ?? "") ?? [];
  if (!isDataWrangler || bucket === undefined) return [];
  const flow = readFlow(await readText(bucket, key!, signal));
  return flow.nodes.flatMap((node) => (node.type === "VISUALIZATION" ? findingsOfNode(job, flow, node) : []));
}

function findingsOfNode(job: DescribeProcessingJobResponse, flow: Flow, node: FlowNode): readonly Findings[] {
  const outputs = job.ProcessingOutputConfig?.Outputs ?? [];
  const own = `${node.id}.default`;
  // A job whose outputs name no node writes all of them below its first one.
  const isNamed = outputs.some(({ OutputName }) => OutputName?.includes("."));
  const output = isNamed ? outputs.find(({ OutputName }) => OutputName === own) : outputs[0];
  const [, bucket, key = ""] = /^s3:\/\/([^/]+)\/?(.*?)\/*$/.exec(output?.S3Output?.S3Uri ?? "") ?? [];
  if (bucket === undefined) return [];
  const operator = operatorName(node.operator);
  const isReport = operator === reportNode.operator;
  const { insights_report_parameters: asked, name } = node.parameters;
  const target = (asked as { readonly target_column?: unknown } | undefined)?.target_column;
  return [
    {
      ...{ job: job.ProcessingJobName!, node: node.id, isReport, bucket },
      status: job.ProcessingJobStatus!,
      created: job.CreationTime!,
      ...(job.FailureReason !== undefined && { failure: job.FailureReason }),
      title: typeof name === "string" && name !== "" ? name : isReport ? "Report" : titleOf(operator),
      source: [...sourcesOf(flow, node)].map(sourceWords).join(", "),
      ...(typeof target === "string" && target !== "" && { target }),
      folder: `${key === "" ? "" : `${key}/`}${job.ProcessingJobName}/${own.replaceAll(".", "/")}/`,
    },
  ];
}

/** The sources that a node reads, whatever is between. */
function sourcesOf(flow: Flow, node: FlowNode): ReadonlySet<FlowNode> {
  if (node.type === "SOURCE") return new Set([node]);
  const inputs = node.inputs.flatMap(({ node: id }) => flow.nodes.find((one) => one.id === id) ?? []);
  return new Set(inputs.flatMap((input) => [...sourcesOf(flow, input)]));
}

function sourceWords(node: FlowNode): string {
  try {
    const source = flowSource(node);
    if (source.kind === "files") return source.uri;
    const sql = String(source.definition.queryString ?? source.name).trim();
    const [, database, table] = /^SELECT \* FROM "([^"]+)"\."([^"]+)"$/.exec(sql) ?? [];
    return database === undefined ? sql : `${database}.${table}`;
  } catch {
    return node.name ?? node.id;
  }
}

/** More is not shown here: it would be too much for a page. */
const mostBytes = 100_000_000;

async function readText(Bucket: string, Key: string, signal?: AbortSignal): Promise<string> {
  const { Body, ContentLength = 0 } = await call(s3, GetObjectCommand, { Bucket, Key }, signal);
  if (ContentLength > mostBytes)
    throw new Error(
      `s3://${Bucket}/${Key} has ${ContentLength} bytes, and at most ${mostBytes} are shown. Download it.`,
    );
  return await Body!.transformToString();
}

/** Reads what a job has found, as JSON. */
export const readFound = async ({ bucket, folder }: Findings, signal?: AbortSignal): Promise<unknown> =>
  JSON.parse(await readText(bucket, `${folder}${findingsFile}`, signal));
