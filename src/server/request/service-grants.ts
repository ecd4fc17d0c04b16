import type { Grant } from "../../aws/caller.ts";

const row = (
  why: string,
  actions: readonly string[],
  resources: readonly string[],
): Grant & { readonly why: string } => ({
  why,
  actions,
  resources,
});

const metrics = (namespace: string) => `arn:aws:cloudwatch:::namespace/${namespace}/*`;

/**
 * What the service does for itself; nothing of a user's. What a user's role must allow, such as reading data, is done
 * as that role (`context.as`).
 */
export const serviceGrants = [
  row(
    "Log streams of jobs and endpoints: made before anything is printed, found again after a kill, filled from the run's log.",
    [
      "logs:CreateLogGroup",
      "logs:CreateLogStream",
      "logs:PutLogEvents",
      "logs:DescribeLogStreams",
      "logs:GetLogEvents",
    ],
    ["*"],
  ),
  row(
    "Metrics that a job prints, and those of invocations.",
    ["cloudwatch:PutMetricData"],
    [metrics("/aws/sagemaker"), metrics("AWS/SageMaker")],
  ),
  row("Which metrics of a job a killed server had written.", ["cloudwatch:GetMetricStatistics"], ["*"]),
  row(
    "The default bucket of the SageMaker SDKs, made when it is asked for.",
    ["s3:CreateBucket"],
    ["arn:aws:s3:::sagemaker-*"],
  ),
  row("Whether a role that a request names is there, with the setting roles=known.", ["iam:GetRole"], ["*"]),
];
