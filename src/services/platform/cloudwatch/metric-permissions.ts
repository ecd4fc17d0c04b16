import { metricArn } from "../../../aws/metric-arn.ts";
import type { Permission } from "../../../frame/permissions.ts";

interface MetricDatum {
  readonly Dimensions?:
    | readonly { readonly Name?: string | undefined; readonly Value?: string | undefined }[]
    | undefined;
}
interface PutMembers {
  readonly Namespace?: string | undefined;
  readonly MetricData?: readonly MetricDatum[] | undefined;
  readonly EntityMetricData?: readonly { readonly MetricData?: readonly MetricDatum[] | undefined }[] | undefined;
}

/** Every metric is named by its namespace and dimensions, as they are given: `namespace/NAMESPACE/JobName=one/Host=two`. */
export function onMetrics({ Namespace = "", MetricData = [], EntityMetricData = [] }: PutMembers): Permission[] {
  const data = [...MetricData, ...EntityMetricData.flatMap(({ MetricData = [] }) => MetricData)];
  const arns = data.map(({ Dimensions = [] }) =>
    metricArn(Namespace, ...Dimensions.map(({ Name, Value }) => `${Name}=${Value}`)),
  );
  return [...new Set(arns)].map((resource) => ({ action: "cloudwatch:PutMetricData", resource }));
}
