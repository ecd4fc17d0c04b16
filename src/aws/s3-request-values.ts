import { Fault } from "./faults.ts";

const argument = (name: string, value: string, message: string): Fault =>
  new Fault("InvalidArgument", message, { members: { ArgumentName: name, ArgumentValue: value } });

type Refusal = (name: string, value: string) => Fault | undefined;
const says =
  (message: string): Refusal =>
  (name, value) =>
    argument(name, value, message);
/** S3 goes on as if the value were not there. */
const ignored: Refusal = () => undefined;
const notAnInteger: Refusal = (name, value) =>
  argument(name, value, `Provided ${name} not an integer or within integer range`);
const checksumAlgorithm: Refusal = () =>
  new Fault(
    "InvalidRequest",
    "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]",
  );

/** What S3 answers to a header or parameter that has another value than those it knows, or is of another type. */
const refusals: Readonly<Record<string, Refusal>> = {
  // S3's message is empty.
  "x-amz-acl": says(""),
  "x-amz-storage-class": (_name, value) =>
    new Fault("InvalidStorageClass", "The storage class you specified is not valid", {
      members: { StorageClassRequested: value },
    }),
  "x-amz-server-side-encryption": says("The encryption method specified is not supported"),
  "x-amz-metadata-directive": says("Unknown metadata directive."),
  "x-amz-tagging-directive": says("Unknown tagging directive."),
  "x-amz-object-lock-mode": says("Unknown wormMode directive."),
  "x-amz-object-lock-legal-hold": says("Legal Hold must be either of 'ON' or 'OFF'"),
  "x-amz-object-ownership": (name, value) => argument(name, value, `Invalid x-amz-object-ownership header: ${value}`),
  "x-amz-object-attributes": says("Invalid attribute name specified."),
  "x-amz-optional-object-attributes": says("Invalid attribute name specified."),
  "x-amz-sdk-checksum-algorithm": checksumAlgorithm,
  "x-amz-checksum-algorithm": checksumAlgorithm,
  "x-amz-checksum-type": (name) => new Fault("InvalidRequest", `Value for ${name} header is invalid.`),
  "x-amz-checksum-mode": ignored,
  "x-amz-request-payer": ignored,
  "encoding-type": says("Invalid Encoding Method specified in Request"),
  "max-keys": notAnInteger,
  "max-parts": notAnInteger,
  "max-uploads": notAnInteger,
  "max-buckets": notAnInteger,
  partNumber: says("Part number must be an integer between 1 and 10000, inclusive"),
  // HTTP has a server leave out conditions whose date it cannot read.
  "if-modified-since": ignored,
  "if-unmodified-since": ignored,
  "x-amz-copy-source-if-modified-since": ignored,
  "x-amz-copy-source-if-unmodified-since": ignored,
};

/**
 * Makes S3's refusal of a value in a header or query. S3 has words of its own for these and does not speak of
 * constraints. Returns undefined for a value that it ignores.
 */
export const s3ValueFault = (name: string, value: string): Fault | undefined =>
  (refusals[name] ?? refusals[name.toLowerCase()] ?? says(`The value of ${name} is not valid`))(name, value);

/** S3's refusal of a parameter whose value would depend on the order of the query. */
export const s3RepeatedFault = (name: string, values: readonly string[]): Fault =>
  argument(name, values.join(","), `The parameter ${name} is given more than once with different values`);

/** S3 answers with these as they were given: "0", which is no date, is common. */
export const s3TimesAsText: ReadonlySet<string> = new Set(["Expires", "response-expires"]);
