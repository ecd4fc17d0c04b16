import { isUtf8 } from "node:buffer";
import { validationFault } from "../../../aws/faults.ts";
import { parseS3Location } from "../../../aws/s3-location.ts";
import type { Context } from "../../../frame/context.ts";
import type { InputOf, OutputOf } from "../../../wire/operations.ts";
import { refuseMembers } from "../not-built.ts";

type SageMaker = typeof import("@aws-sdk/client-sagemaker");
type DataCaptureConfig = NonNullable<InputOf<SageMaker, "CreateEndpointConfig">["DataCaptureConfig"]>;
type Described = NonNullable<OutputOf<SageMaker, "DescribeEndpoint">["DataCaptureConfig"]>;

/** What a fleet captures of its requests, and where it is gathered. */
export interface Capture {
  /** The journal. */
  readonly stream: string;
  readonly destination: string;
  readonly bucket: string;
  /** Before the endpoint's name in the keys of its files: "" or a text that ends with "/". */
  readonly prefix: string;
  /** The share of the requests, in percent. */
  readonly percentage: number;
  readonly input: boolean;
  readonly output: boolean;
  /** Content types that are captured as text, beside text/csv and application/json. */
  readonly csvTypes?: readonly string[];
  readonly jsonTypes?: readonly string[];
}

/** @throws Fault when the configuration cannot be done */
export function checkCapture(context: Context, config: DataCaptureConfig | undefined): void {
  if (!config) return;
  refuseMembers(context, config, "DataCaptureConfig.", ["KmsKeyId"]);
  locationOf(config);
}

function locationOf({ DestinationS3Uri }: DataCaptureConfig) {
  const location = parseS3Location(DestinationS3Uri!);
  if (location) return location;
  throw validationFault(
    `Invalid DestinationS3Uri "${DestinationS3Uri}" of DataCaptureConfig: s3://BUCKET/PREFIX is expected.`,
  );
}

/** Returns what a configuration has a new fleet capture; undefined when it captures nothing. */
export function planCapture({ ids }: Pick<Context, "ids">, config: DataCaptureConfig | undefined): Capture | undefined {
  if (!config || config.EnableCapture === false) return undefined;
  const { bucket, key } = locationOf(config);
  const modes = config.CaptureOptions!.map(({ CaptureMode }) => CaptureMode);
  const { CsvContentTypes, JsonContentTypes } = config.CaptureContentTypeHeader ?? {};
  return {
    stream: `captures/${ids.ulid()}`,
    destination: config.DestinationS3Uri!,
    bucket,
    prefix: key === "" ? "" : `${key.replace(/\/+$/, "")}/`,
    percentage: config.InitialSamplingPercentage!,
    input: modes.includes("Input") || modes.includes("InputAndOutput"),
    output: modes.includes("Output") || modes.includes("InputAndOutput"),
    ...(CsvContentTypes && { csvTypes: CsvContentTypes }),
    ...(JsonContentTypes && { jsonTypes: JsonContentTypes }),
  };
}

export const describeCapture = (capture: Capture | undefined): Described | undefined =>
  capture && {
    EnableCapture: true,
    CaptureStatus: "Started",
    CurrentSamplingPercentage: capture.percentage,
    DestinationS3Uri: capture.destination,
    // AWS's model requires it.
    KmsKeyId: "",
  };

/** A request and its answer, as they are captured. */
export interface Captured {
  readonly variant: string;
  readonly eventId: string;
  /** When the request came, milliseconds since 1970. */
  readonly time: number;
  readonly inferenceId?: string | undefined;
  readonly customAttributes?: string | undefined;
  readonly contentType?: string | undefined;
  readonly body: Uint8Array;
  readonly answerType?: string | undefined;
  readonly answer: Uint8Array;
}

/** Returns the entry of the journal: the variant, a line feed, the line of the file. */
export function captureEntry(capture: Capture, captured: Captured): string {
  const { variant, eventId, time, inferenceId, customAttributes } = captured;
  const line = {
    captureData: {
      ...(capture.input && { endpointInput: part(capture, "INPUT", captured.contentType, captured.body) }),
      ...(capture.output && { endpointOutput: part(capture, "OUTPUT", captured.answerType, captured.answer) }),
    },
    eventMetadata: {
      eventId,
      ...(customAttributes !== undefined && { customAttributes: [customAttributes] }),
      ...(inferenceId !== undefined && { inferenceId }),
      inferenceTime: `${new Date(time).toISOString().slice(0, 19)}Z`,
    },
    eventVersion: "0",
  };
  return `${variant}\n${JSON.stringify(line)}`;
}

function part(capture: Capture, mode: "INPUT" | "OUTPUT", observedContentType: string | undefined, body: Uint8Array) {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const encoding = isUtf8(body) ? encodingOf(capture, observedContentType) : "BASE64";
  const data = bytes.toString(encoding === "BASE64" ? "base64" : "utf8");
  return { ...(observedContentType !== undefined && { observedContentType }), mode, data, encoding };
}

function encodingOf({ csvTypes, jsonTypes }: Capture, contentType = ""): "CSV" | "JSON" | "BASE64" {
  const type = contentType.split(";", 1)[0]!.trim().toLowerCase();
  if (type === "text/csv" || csvTypes?.includes(type)) return "CSV";
  if (type === "application/json" || jsonTypes?.includes(type)) return "JSON";
  return "BASE64";
}
