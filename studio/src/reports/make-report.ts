import { CreateBucketCommand, DeleteObjectCommand, ListBucketsCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { CreateProcessingJobCommand } from "@aws-sdk/client-sagemaker";
import {
  type AnalysedTable,
  analysisFlow,
  analysisNode,
  formatOfName,
  queryOfTable,
} from "../../../src/prep/flows/analysis-flow.ts";
import { flowJobRequest } from "../../../src/prep/flows/flow-job-request.ts";
import { readFlow } from "../../../src/prep/flows/read-flow.ts";
import type { problemTypes } from "../../../src/prep/insights/report-params.ts";
import { reportNode, reportParameters } from "../../../src/prep/insights/report-params.ts";
import { call } from "../api/command.ts";
import { unlessDenied } from "../api/is-denied.ts";
import { session } from "../api/session.ts";
import { forgetKind } from "../frame/query.ts";
import { s3 } from "../services/s3.ts";
import { sagemaker } from "../services/sagemaker.ts";
import { jobKind } from "./findings.ts";
import type { FindingsName } from "./report-address.ts";

export const sourceKinds = ["object", "table", "query"] as const;

/** A report as its form has it: what is not chosen is empty. */
export interface WantedReport {
  readonly kind: (typeof sourceKinds)[number];
  readonly uri: string;
  readonly database: string;
  readonly table: string;
  readonly sql: string;
  readonly target: string;
  readonly problem: (typeof problemTypes)[number] | "";
  /** Whether all rows are looked at, not the first 50,000. */
  readonly entire: boolean;
  readonly role: string;
  /** The folder of S3 below which the report goes: "s3://bucket/prefix/". */
  readonly place: string;
}

/** The bucket that is made for a person who names none, as SageMaker's SDK calls it. */
const ownBucket = (): string => `sagemaker-${session().region}-${session().account}`;

export const firstWanted = (): WantedReport => ({
  ...{ kind: "object", uri: "", database: "", table: "", sql: "", target: "", problem: "", entire: true },
  role: `arn:aws:iam::${session().account}:role/SageMakerRole`,
  place: `s3://${ownBucket()}/reports/`,
});

export type Problems = Partial<Record<keyof WantedReport, string>>;

/** What keeps a report from being made, by the field. */
export function problemsOf(wanted: WantedReport): Problems {
  const { database, kind, place, role, sql, table, uri } = wanted;
  const required = "This is required.";
  return {
    ...(kind === "object" && objectProblem(uri)),
    ...(kind === "table" && database === "" && { database: required }),
    ...(kind === "table" && table === "" && { table: required }),
    ...(kind === "query" && sql.trim() === "" && { sql: required }),
    ...(!/^s3:\/\/[a-z\d][a-z\d.-]+(\/|$)/.test(place) && {
      place: "It has to be a folder of S3: s3://bucket/folder/",
    }),
    ...(!/^arn:aws[\w-]*:iam::\d{12}:role\/./.test(role) && {
      role: "It has to be the ARN of a role: arn:aws:iam::123456789012:role/SageMakerRole",
    }),
  };
}

function objectProblem(uri: string): Problems {
  if (!/^s3:\/\/[^/]+\/./.test(uri)) return { uri: "It has to be an object of S3: s3://bucket/key" };
  return formatOfName(uri)
    ? {}
    : { uri: "Its name has to end with .csv, .tsv, .parquet, .json or .jsonl, also with .gz or .zst." };
}

/** Starts the job that makes a report. What was written before a refusal is taken back. */
export async function makeReport(wanted: WantedReport): Promise<FindingsName> {
  const job = `report-${new Date().toISOString().replaceAll(/\D/g, "").slice(0, 17)}`;
  const folder = `${wanted.place.replace(/\/*$/, "")}/${job}`;
  const [, Bucket, prefix = ""] = /^s3:\/\/([^/]+)\/(.*)$/.exec(folder) as unknown as [string, string, string];
  const { entire, problem, target } = wanted;
  const parameters = reportParameters({
    entire,
    ...(target !== "" && { target }),
    ...(problem !== "" && { problem }),
  });
  const text = analysisFlow(tableOf(wanted, `${folder}/rows/`), reportNode.operator, parameters);
  const flow = { Bucket, Key: `${prefix}/report.flow` };
  const request = flowJobRequest(readFlow(text), {
    ...{ name: job, role: wanted.role, region: session().region, sources: {}, arguments: [] },
    flowUri: `s3://${Bucket}/${flow.Key}`,
    outputUri: `${folder}/output`,
    outputs: [`${analysisNode}.default`],
  });
  if (Bucket === ownBucket()) await makeOwnBucket();
  await call(s3, PutObjectCommand, { ...flow, Body: text });
  try {
    await call(sagemaker, CreateProcessingJobCommand, request as never);
  } catch (error) {
    await call(s3, DeleteObjectCommand, flow).catch(() => undefined);
    throw error;
  }
  void forgetKind(jobKind);
  return { job, node: analysisNode };
}

function tableOf({ database, kind, sql, table, uri }: WantedReport, outputUri: string): AnalysedTable {
  if (kind === "object") return { kind: "file", uri, ...formatOfName(uri)! };
  if (kind === "table") return { kind: "query", sql: queryOfTable(database, table), outputUri };
  return { kind: "query", sql, ...(database !== "" && { database }), outputUri };
}

/** Who may not see which buckets there are is told by the request after this one. */
async function makeOwnBucket(): Promise<void> {
  const found = await unlessDenied(call(s3, ListBucketsCommand, {}));
  if (!found || found.Buckets?.some(({ Name }) => Name === ownBucket())) return;
  const { region } = session();
  const place = region === "us-east-1" ? {} : { CreateBucketConfiguration: { LocationConstraint: region as never } };
  await call(s3, CreateBucketCommand, { Bucket: ownBucket(), ...place });
}
