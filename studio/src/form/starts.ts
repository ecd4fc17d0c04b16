/** A channel of a job as most have it: a folder of S3, whole on each machine. */
export const channel = (ChannelName: string) => ({
  ChannelName,
  DataSource: { S3DataSource: { ...everywhere, S3Uri: undefined } },
});

const everywhere = { S3DataType: "S3Prefix", S3DataDistributionType: "FullyReplicated" } as const;

/** A variant of an endpoint that gets all traffic. */
export const variant = { VariantName: "AllTraffic", InstanceType: "ml.m5.large", InitialInstanceCount: 1 };

/** What a processing job reads, and what it writes, where containers expect it. */
export const processingInput = {
  InputName: "input-1",
  S3Input: { LocalPath: "/opt/ml/processing/input", S3DataType: "S3Prefix", S3InputMode: "File" },
};
export const processingOutput = {
  OutputName: "output-1",
  S3Output: { LocalPath: "/opt/ml/processing/output", S3UploadMode: "EndOfJob" },
};
