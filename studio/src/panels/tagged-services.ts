import type { Service } from "../api/define-service.ts";

const tagged: ReadonlySet<string> = new Set([
  "sagemaker",
  "cloudwatch",
  "application-autoscaling",
  "iam",
  "athena",
  "glue",
]);

/** Whether a service's things have tags. */
export const hasTags = ({ id }: Service): boolean => tagged.has(id);
