/**
 * Returns the ARN by which permissions name metrics: their namespace, then each dimension as `Name=Value`. `*` stands for
 * anything from there on.
 */
export const metricArn = (namespace: string, ...dimensions: readonly string[]): string =>
  `arn:aws:cloudwatch:::namespace/${[namespace, ...dimensions].join("/")}`;
