import type { Grant } from "../../aws/caller.ts";

const anything = ["*"];
/** Administrators create these; what their users do with them has rows of its own. */
const studioKinds = ["domain", "user-profile", "app", "space"];
const arnsOf = (kind: string) => `arn:aws:sagemaker:*:*:${kind}/*`;

/**
 * What a role may do as long as policies are not evaluated: what AWS's managed policy AmazonSageMakerFullAccess allows
 * of the services that Sagebrush has. Unlike there, conditions are left out, and objects, repositories, topics,
 * functions and secrets need no "sagemaker" in their names. The policy does not allow changes of identities or the
 * deletion of buckets, so these grants do not either.
 */
export const roleGrants: readonly Grant[] = [
  {
    actions: ["sagemaker:*"],
    resources: anything,
    except: [...studioKinds, "partner-app", "flow-definition", "training-plan", "reserved-capacity"].map(arnsOf),
  },
  {
    actions: [
      ...["CreatePresignedDomainUrl", "DescribeDomain", "ListDomains", "DescribeUserProfile", "ListUserProfiles"],
      ...["DescribeSpace", "ListSpaces", "DescribeApp", "ListApps", "ListTags", "DescribeTrainingPlan"],
    ].map((name) => `sagemaker:${name}`),
    resources: anything,
  },
  {
    actions: ["CreateSpace", "UpdateSpace", "DeleteSpace", "CreateApp", "DeleteApp", "AddTags"].map(
      (name) => `sagemaker:${name}`,
    ),
    resources: ["app", "space"].map(arnsOf),
  },
  {
    actions: [
      ...["GetObject", "PutObject", "DeleteObject", "AbortMultipartUpload", "PutObjectAcl", "GetBucketAcl"],
      ...["CreateBucket", "GetBucketLocation", "ListBucket", "ListAllMyBuckets", "GetBucketCors", "PutBucketCors"],
      // Needed for reading objects and uploading them in parts.
      ...["ListMultipartUploadParts", "ListBucketMultipartUploads"],
    ].map((name) => `s3:${name}`),
    resources: anything,
  },
  {
    actions: [
      ...["CreateLogGroup", "CreateLogStream", "PutLogEvents", "Describe*", "GetLogEvents", "FilterLogEvents"],
      ...["CreateLogDelivery", "UpdateLogDelivery", "GetLogDelivery", "ListLogDeliveries", "DeleteLogDelivery"],
    ].map((name) => `logs:${name}`),
    resources: anything,
  },
  {
    actions: [
      ...["PutMetricData", "GetMetricData", "GetMetricStatistics", "ListMetrics"],
      ...["PutMetricAlarm", "DescribeAlarms", "DeleteAlarms"],
    ].map((name) => `cloudwatch:${name}`),
    resources: anything,
  },
  {
    actions: [
      ...["GetAuthorizationToken", "BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer"],
      ...["Describe*", "CreateRepository", "DeleteRepository", "SetRepositoryPolicy", "DeleteRepositoryPolicy"],
      ...["InitiateLayerUpload", "UploadLayerPart", "CompleteLayerUpload", "PutImage", "BatchDeleteImage"],
      "StartImageScan",
    ].map((name) => `ecr:${name}`),
    resources: anything,
  },
  {
    // Sagebrush has no EC2. The SageMaker SDK refuses a role that is not allowed these, whether or not a job has a VPC.
    actions: [
      ...["CreateNetworkInterface", "CreateNetworkInterfacePermission", "CreateVpcEndpoint"],
      ...["DeleteNetworkInterface", "DeleteNetworkInterfacePermission", "DescribeDhcpOptions"],
      ...["DescribeNetworkInterfaces", "DescribeRouteTables", "DescribeSecurityGroups", "DescribeSubnets"],
      ...["DescribeVpcEndpoints", "DescribeVpcs"],
    ].map((name) => `ec2:${name}`),
    resources: anything,
  },
  // GetRole is not in the policy; clients find the full ARN of the role that they run as by it.
  { actions: ["iam:PassRole", "iam:GetRole", "iam:ListRoles"], resources: anything },
  {
    actions: [
      ...["CreateJob", "UpdateJob", "DeleteJob", "GetJob*", "StartJobRun", "ResetJobBookmark"],
      ...["StartWorkflowRun", "GetWorkflowRun", "GetTable*", "CreateTable", "UpdateTable", "DeleteTable"],
      ...["SearchTables", "GetDatabase", "GetDatabases", "CreateDatabase"],
      // Not in the policy; the SageMaker SDK asks for it before it makes feature groups.
      "GetPartitions",
    ].map((name) => `glue:${name}`),
    resources: anything,
  },
  {
    actions: [
      ...["ListDataCatalogs", "ListDatabases", "ListTableMetadata"],
      ...["GetQueryExecution", "GetQueryResults", "StartQueryExecution", "StopQueryExecution"],
    ].map((name) => `athena:${name}`),
    resources: anything,
  },
  {
    actions: [
      ...["ExecuteStatement", "DescribeStatement", "CancelStatement", "GetStatementResult"],
      ...["ListSchemas", "ListTables"],
    ].map((name) => `redshift-data:${name}`),
    resources: anything,
  },
  {
    actions: [
      ...["application-autoscaling:RegisterScalableTarget", "application-autoscaling:DeregisterScalableTarget"],
      ...["application-autoscaling:PutScalingPolicy", "application-autoscaling:DeleteScalingPolicy"],
      ...["application-autoscaling:PutScheduledAction", "application-autoscaling:DeleteScheduledAction"],
      "application-autoscaling:Describe*",
      ...["lambda:ListFunctions", "lambda:InvokeFunction", "kms:DescribeKey", "kms:ListAliases", "tag:GetResources"],
      ...["secretsmanager:ListSecrets", "secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
      "secretsmanager:CreateSecret",
      ...["sns:ListTopics", "sns:CreateTopic", "sns:Subscribe", "sns:Publish"],
      ...["states:DescribeExecution", "states:GetExecutionHistory", "states:StartExecution", "states:StopExecution"],
    ],
    resources: anything,
  },
];
