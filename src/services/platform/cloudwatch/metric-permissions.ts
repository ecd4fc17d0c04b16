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
  const names = data.map(({ Dimensions = [] }) =>
    [Namespace, ...Dimensions.map(({ Name, Value }) => `${Name}=${Value}`)].join("/"),
  );
  return [...new Set(names)].map((name) => ({
    action: "cloudwatch:PutMetricData",
    resource: `arn:aws:cloudwatch:::namespace/${name}`,
  }));
}
