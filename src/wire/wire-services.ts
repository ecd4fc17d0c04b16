import type { Fault } from "../aws/faults.ts";
import { malformedXml } from "../aws/malformed-xml.ts";
import { s3RepeatedFault, s3TimesAsText, s3ValueFault } from "../aws/s3-request-values.ts";

/** How a service refuses what a request says in a header or its query. */
export interface BoundFaults {
  /** Makes the refusal of an unknown value or one of the wrong type; undefined when the value is ignored. */
  readonly value: (name: string, value: string) => Fault | undefined;
  /** Makes the refusal of a parameter that is given more than once with different values. */
  readonly repeated: (name: string, values: readonly string[]) => Fault;
  /** Headers and parameters with a time that the service keeps and sends as the text that came. */
  readonly timesAsText: ReadonlySet<string>;
}

/** An AWS endpoint, with everything known of it before its client is imported. */
export interface WireService extends WireServiceRow {
  /** The product's name for it, which is its name in the AWS CLI: `logs`, `sagemaker-runtime`. */
  readonly id: WireServiceId;
}

interface WireServiceRow {
  /** The service's name in messages: "SageMaker.CreateModel is not built ...". */
  readonly title: string;
  /** The name in the credential scope of a signature; several endpoints share `sagemaker`. */
  readonly signingName: string;
  /** The service prefix of its actions in policies, where that is not its id: "sagemaker" of `sagemaker-runtime`. */
  readonly actionPrefix?: string;
  /**
   * Imports the AWS client with its schemas and types, at the first call only, because it takes 70-150 ms and up to 49
   * MiB.
   */
  readonly load: () => Promise<Record<string, unknown>>;
  /** The prefix of X-Amz-Target, when the service speaks awsJson: "SageMaker" in `SageMaker.CreateModel`. */
  readonly targetPrefix?: string;
  /** Set when the service speaks rpcV2Cbor too. Its paths name the service by the prefix of X-Amz-Target. */
  readonly rpcV2Cbor?: true;
  /** Set when the service speaks awsQuery: the `Version` that clients send, and the XML namespace. */
  readonly query?: {
    readonly version: string;
    readonly namespace: string;
    /** For older clients: AWS's model declares the protocol no more, and requests may go to paths, those of queues. */
    readonly older?: true;
  };
  /** Set when the service speaks a REST protocol. `paths` tells endpoints apart that share a signing name. */
  readonly rest?: { readonly protocol: "restJson1" | "restXml"; readonly paths: RegExp; readonly namespace?: string };
  /** The fault's code for a value that breaks a constraint of the model. */
  readonly validationCode: string;
  /** The fault's code for what the caller may not do, where the service has one of its own. */
  readonly deniedCode?: string;
  /** Makes the fault for such a value in the document of the body, where the service uses another one. */
  readonly documentFault?: (detail: string) => Fault;
  /** Set when the service reads headers and parameters leniently, and refuses them in words of its own. */
  readonly boundFaults?: BoundFaults;
  /** The code and status of a member or value that is not built, where they differ from `validationCode` and 400. */
  readonly notBuilt?: { readonly code: string; readonly status?: number };
  /** The most bytes of a body that is read whole, both as it arrives and inflated. */
  readonly maximumBodyBytes: number;
  /** Set when Content-Encoding describes what is stored, so that the body is kept as it arrives. */
  readonly storesContentEncoding?: true;
}

const mebibyte = 1024 * 1024;

/** One row per AWS endpoint that Sagebrush answers as. When a request matches two REST rows, the first is taken. */
const table = {
  sagemaker: {
    title: "SageMaker",
    signingName: "sagemaker",
    load: () => import("@aws-sdk/client-sagemaker"),
    targetPrefix: "SageMaker",
    validationCode: "ValidationException",
    maximumBodyBytes: 8 * mebibyte,
  },
  "sagemaker-runtime": {
    title: "SageMakerRuntime",
    signingName: "sagemaker",
    actionPrefix: "sagemaker",
    load: () => import("@aws-sdk/client-sagemaker-runtime"),
    rest: { protocol: "restJson1", paths: /^\/endpoints\// },
    validationCode: "ValidationError",
    // The payload limit of InvokeEndpoint.
    maximumBodyBytes: 25 * mebibyte,
  },
  "sagemaker-featurestore-runtime": {
    title: "SageMakerFeatureStoreRuntime",
    signingName: "sagemaker",
    actionPrefix: "sagemaker",
    load: () => import("@aws-sdk/client-sagemaker-featurestore-runtime"),
    rest: { protocol: "restJson1", paths: /^\/(FeatureGroup\/|BatchGetRecord$|BatchWriteRecord$)/ },
    validationCode: "ValidationError",
    deniedCode: "AccessForbidden",
    // BatchWriteRecord takes records of 350 KB, and JSON may write a character with six bytes.
    maximumBodyBytes: 64 * mebibyte,
  },
  sts: {
    title: "STS",
    signingName: "sts",
    load: () => import("@aws-sdk/client-sts"),
    query: { version: "2011-06-15", namespace: "https://sts.amazonaws.com/doc/2011-06-15/" },
    validationCode: "ValidationError",
    maximumBodyBytes: mebibyte,
  },
  iam: {
    title: "IAM",
    signingName: "iam",
    load: () => import("@aws-sdk/client-iam"),
    query: { version: "2010-05-08", namespace: "https://iam.amazonaws.com/doc/2010-05-08/" },
    validationCode: "ValidationError",
    notBuilt: { code: "InvalidInput" },
    maximumBodyBytes: 2 * mebibyte,
  },
  logs: {
    title: "CloudWatchLogs",
    signingName: "logs",
    load: () => import("@aws-sdk/client-cloudwatch-logs"),
    targetPrefix: "Logs_20140328",
    validationCode: "InvalidParameterException",
    // PutLogEvents accepts 1 MiB of messages, and JSON may write a character with six bytes.
    maximumBodyBytes: 8 * mebibyte,
  },
  cloudwatch: {
    title: "CloudWatch",
    signingName: "monitoring",
    load: () => import("@aws-sdk/client-cloudwatch"),
    targetPrefix: "GraniteServiceVersion20100801",
    rpcV2Cbor: true,
    query: { version: "2010-08-01", namespace: "http://monitoring.amazonaws.com/doc/2010-08-01/" },
    validationCode: "ValidationError",
    notBuilt: { code: "InvalidParameterValue" },
    // PutMetricData accepts 1 MiB, which may be compressed: 1000 metrics of 150 values each are 4 MiB of JSON.
    maximumBodyBytes: 8 * mebibyte,
  },
  "application-autoscaling": {
    title: "ApplicationAutoScaling",
    signingName: "application-autoscaling",
    load: () => import("@aws-sdk/client-application-auto-scaling"),
    targetPrefix: "AnyScaleFrontendService",
    validationCode: "ValidationException",
    maximumBodyBytes: mebibyte,
  },
  glue: {
    title: "Glue",
    signingName: "glue",
    load: () => import("@aws-sdk/client-glue"),
    targetPrefix: "AWSGlue",
    validationCode: "InvalidInputException",
    // BatchCreatePartition accepts 100 partitions, each with the columns of its own.
    maximumBodyBytes: 32 * mebibyte,
  },
  athena: {
    title: "Athena",
    signingName: "athena",
    load: () => import("@aws-sdk/client-athena"),
    targetPrefix: "AmazonAthena",
    validationCode: "InvalidRequestException",
    // A statement of 256 KiB may be written with six bytes for each of its characters.
    maximumBodyBytes: 4 * mebibyte,
  },
  kinesis: {
    title: "Kinesis",
    signingName: "kinesis",
    load: () => import("@aws-sdk/client-kinesis"),
    targetPrefix: "Kinesis_20131202",
    validationCode: "ValidationException",
    // PutRecords accepts 10 MiB of records, which JSON writes in base64.
    maximumBodyBytes: 16 * mebibyte,
  },
  sqs: {
    title: "SQS",
    signingName: "sqs",
    load: () => import("@aws-sdk/client-sqs"),
    targetPrefix: "AmazonSQS",
    query: { version: "2012-11-05", namespace: "http://queue.amazonaws.com/doc/2012-11-05/", older: true },
    validationCode: "InvalidParameterValue",
    // A batch has 1 MiB of messages, and JSON may write a character with six bytes.
    maximumBodyBytes: 8 * mebibyte,
  },
  sns: {
    title: "SNS",
    signingName: "sns",
    load: () => import("@aws-sdk/client-sns"),
    query: { version: "2010-03-31", namespace: "http://sns.amazonaws.com/doc/2010-03-31/" },
    validationCode: "InvalidParameter",
    deniedCode: "AuthorizationError",
    // A batch has 256 KiB of messages, and a form may write a character with nine bytes.
    maximumBodyBytes: 4 * mebibyte,
  },
  s3: {
    title: "S3",
    signingName: "s3",
    load: () => import("@aws-sdk/client-s3"),
    rest: { protocol: "restXml", paths: /^/, namespace: "http://s3.amazonaws.com/doc/2006-03-01/" },
    validationCode: "InvalidArgument",
    notBuilt: { code: "NotImplemented", status: 501 },
    documentFault: malformedXml,
    boundFaults: { value: s3ValueFault, repeated: s3RepeatedFault, timesAsText: s3TimesAsText },
    maximumBodyBytes: 8 * mebibyte,
    storesContentEncoding: true,
  },
} satisfies Readonly<Record<string, WireServiceRow>>;

export type WireServiceId = keyof typeof table;

/** The AWS client package of a wire service as a module, from which its operations get their types. */
export type ClientOf<S extends WireServiceId> = Awaited<ReturnType<(typeof table)[S]["load"]>>;

export const wireServices: readonly WireService[] = (Object.keys(table) as WireServiceId[]).map((id) => ({
  id,
  ...(table[id] as WireServiceRow),
}));

export const wireServiceOf = (id: WireServiceId): WireService => wireServices.find((service) => service.id === id)!;
