import type { Caller, Grant } from "../../aws/caller.ts";
import { parseCopySource } from "../../aws/copy-source.ts";
import { Fault } from "../../aws/faults.ts";
import type { WireInput, WireOperation } from "../../wire/wire.ts";

/** What a request wants to do, and to what. */
export interface Permission {
  /** "s3:GetObject". */
  readonly action: string;
  /** An ARN, or `*` where the operation concerns no resource that a grant could name. */
  readonly resource: string;
}

type PermissionsOf = (input: WireInput, place: { region: string; account: string }) => readonly Permission[];

const text = (value: unknown): string => (typeof value === "string" ? value : "");

const objectArn = (input: WireInput, key = text(input.Key)): string => `arn:aws:s3:::${text(input.Bucket)}/${key}`;
const onObject =
  (action: string): PermissionsOf =>
  (input) => [{ action, resource: objectArn(input) }];
/** A listing is granted like the keys it shows: by their prefix. */
const onListing: PermissionsOf = (input) => [
  {
    action: "s3:ListBucket",
    resource: `arn:aws:s3:::${text(input.Bucket)}${input.Prefix ? `/${text(input.Prefix)}` : ""}`,
  },
];
/** The source is read as the service reads it, so that what is allowed is what is copied. */
const onCopy: PermissionsOf = (input) => {
  const source = parseCopySource(text(input.CopySource));
  return [
    { action: "s3:GetObject", resource: `arn:aws:s3:::${source ? `${source.bucket}/${source.key}` : ""}` },
    { action: "s3:PutObject", resource: objectArn(input) },
  ];
};
/** Every metric is named by its namespace and dimensions, as they are given: `namespace/NAMESPACE/JobName=one/Host=two`. */
const onMetrics: PermissionsOf = (input) => {
  const entities = (input.EntityMetricData ?? []) as readonly { MetricData?: readonly MetricDatum[] }[];
  const data = [
    ...((input.MetricData ?? []) as readonly MetricDatum[]),
    ...entities.flatMap(({ MetricData = [] }) => MetricData),
  ];
  const names = data.map(({ Dimensions = [] }) =>
    [text(input.Namespace), ...Dimensions.map(({ Name, Value }) => `${Name}=${Value}`)].join("/"),
  );
  return [...new Set(names)].map((name) => ({
    action: "cloudwatch:PutMetricData",
    resource: `arn:aws:cloudwatch:::namespace/${name}`,
  }));
};
interface MetricDatum {
  readonly Dimensions?: readonly { readonly Name?: string; readonly Value?: string }[];
}
const onLogStream =
  (action: string): PermissionsOf =>
  (input, { region, account }) => [
    {
      action,
      resource: `arn:aws:logs:${region}:${account}:log-group:${text(input.logGroupName)}:log-stream:${text(input.logStreamName)}`,
    },
  ];

/** Operations whose action has another name than they, or that concern a resource a grant can name. */
const permissions: Readonly<Record<string, PermissionsOf>> = {
  "s3:GetObject": onObject("s3:GetObject"),
  "s3:HeadObject": onObject("s3:GetObject"),
  "s3:PutObject": onObject("s3:PutObject"),
  "s3:CreateMultipartUpload": onObject("s3:PutObject"),
  "s3:UploadPart": onObject("s3:PutObject"),
  "s3:CompleteMultipartUpload": onObject("s3:PutObject"),
  "s3:AbortMultipartUpload": onObject("s3:AbortMultipartUpload"),
  "s3:ListParts": onObject("s3:ListMultipartUploadParts"),
  "s3:CopyObject": onCopy,
  "s3:UploadPartCopy": onCopy,
  "s3:DeleteObject": onObject("s3:DeleteObject"),
  "s3:DeleteObjects": (input) => {
    const { Objects = [] } = (input.Delete ?? {}) as { Objects?: readonly { Key?: string }[] };
    return Objects.map(({ Key }) => ({ action: "s3:DeleteObject", resource: objectArn(input, Key) }));
  },
  "s3:ListObjects": onListing,
  "s3:ListObjectsV2": onListing,
  "s3:HeadBucket": onListing,
  "logs:CreateLogStream": onLogStream("logs:CreateLogStream"),
  "logs:PutLogEvents": onLogStream("logs:PutLogEvents"),
  "logs:GetLogEvents": onLogStream("logs:GetLogEvents"),
  "cloudwatch:PutMetricData": onMetrics,
  "sagemaker-runtime:InvokeEndpoint": (input, { region, account }) => [
    {
      action: "sagemaker:InvokeEndpoint",
      resource: `arn:aws:sagemaker:${region}:${account}:endpoint/${text(input.EndpointName).toLowerCase()}`,
    },
  ],
  // Everyone may ask who they are.
  "sts:GetCallerIdentity": () => [],
};

/** The permissions that an operation needs. */
export function permissionsFor(
  operation: WireOperation,
  input: WireInput,
  place: { region: string; account: string },
): readonly Permission[] {
  const row = permissions[`${operation.service.id}:${operation.name}`];
  return row
    ? row(input, place)
    : [{ action: `${operation.service.id.replace("-runtime", "")}:${operation.name}`, resource: "*" }];
}

/**
 * Whether the caller may do this: the administrator everything, a run what its grants say.
 * @throws Fault AccessDenied or AccessDeniedException, in AWS's words
 */
export function authorize(caller: Caller, operation: WireOperation, input: WireInput, region: string): void {
  if (caller.kind === "administrator") return;
  for (const { action, resource } of permissionsFor(operation, input, { region, account: caller.account })) {
    if (!(caller.grants ?? []).some((grant) => covers(grant, action, resource))) {
      throw new Fault(
        operation.service.rest?.protocol === "restXml" || operation.service.query
          ? "AccessDenied"
          : "AccessDeniedException",
        `User: ${caller.arn} is not authorized to perform: ${action} on resource: "${resource}" because no identity-based policy allows the ${action} action`,
        { status: 403 },
      );
    }
  }
}

const covers = (grant: Grant, action: string, resource: string): boolean =>
  grant.actions.some((pattern) => matches(pattern, action)) &&
  grant.resources.some((pattern) => matches(pattern, resource));

const matches = (pattern: string, value: string): boolean =>
  pattern.endsWith("*") ? value.startsWith(pattern.slice(0, -1)) : value === pattern;
