import type { Grant } from "../../aws/caller.ts";
import { metricArn } from "../../aws/metric-arn.ts";
import { s3Arn } from "../../aws/s3-arn.ts";

const row = (
  why: string,
  actions: readonly string[],
  resources: readonly string[],
): Grant & { readonly why: string } => ({
  why,
  actions,
  resources,
});

/**
 * What every handler may do as the service, and the server itself; nothing of a user's. Reconcilers, jobs and followers
 * declare what they need besides. What a user's role must allow, such as reading data, is done as that role
 * (`context.as`).
 */
export const serviceGrants = [
  row(
    "The log group of an endpoint, which clients read as soon as the endpoint is there.",
    ["logs:CreateLogGroup"],
    ["Endpoints", "InferenceComponents"].map((area) => `arn:aws:logs:*:*:log-group:/aws/sagemaker/${area}/*`),
  ),
  row(
    "Metrics of invocations, which the server gathers.",
    ["cloudwatch:PutMetricData"],
    [metricArn("AWS/SageMaker", "*")],
  ),
  row("Metrics of queries, which the server gathers.", ["cloudwatch:PutMetricData"], [metricArn("AWS/Athena", "*")]),
  row(
    "The default bucket of the SageMaker SDKs, made when it is asked for.",
    ["s3:CreateBucket"],
    [s3Arn("sagemaker-*")],
  ),
  row(
    "The database of statements that name none, made when Athena is first used.",
    ["glue:GetDatabase", "glue:CreateDatabase"],
    ["catalog", "database/default"].map((name) => `arn:aws:glue:*:*:${name}`),
  ),
  row(
    "Messages that topics send to the queues that are subscribed to them, and the dead letters of subscriptions.",
    ["sqs:SendMessage"],
    ["arn:aws:sqs:*:*:*"],
  ),
  row("Whether a role that a request names is there, with the setting roles=known.", ["iam:GetRole"], ["*"]),
];
