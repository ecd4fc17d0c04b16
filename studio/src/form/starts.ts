/** A channel of a job as most have it: a folder of S3, whole on each machine. */
export const channel = (ChannelName: string) => ({
  ChannelName,
  DataSource: { S3DataSource: { ...everywhere, S3Uri: undefined } },
});

const everywhere = { S3DataType: "S3Prefix", S3DataDistributionType: "FullyReplicated" } as const;
