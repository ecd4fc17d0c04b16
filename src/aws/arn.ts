/** The parts of an Amazon Resource Name: `arn:partition:service:region:account:resource`. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

/** The partition of everything here: that of AWS's public regions. */
export const ownPartition = "aws";

/** Splits an ARN; returns undefined for any other text. */
export function parseArn(text: string): Arn | undefined {
  const match = /^arn:(aws[a-z-]*):([a-z0-9-]+):([a-z0-9-]*):(\d{12}|aws)?:(.+)$/s.exec(text);
  if (!match) return undefined;
  const [, partition, service, region, account, resource] = match;
  return { partition: partition!, service: service!, region: region!, account: account ?? "", resource: resource! };
}

export const formatArn = (arn: Omit<Arn, "partition"> & { partition?: string }): string =>
  `arn:${arn.partition ?? ownPartition}:${arn.service}:${arn.region}:${arn.account}:${arn.resource}`;
