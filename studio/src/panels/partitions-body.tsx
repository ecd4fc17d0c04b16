import { GetPartitionsCommand, type Table } from "@aws-sdk/client-glue";
import { call } from "../api/command.ts";
import { PagedTable } from "../catalog/paged-table.tsx";
import type { PanelProps } from "../declare/define-resource.ts";
import { glue } from "../services/glue.ts";
import { Value } from "../values/value.tsx";

/** An expression needs an operator; what has none cannot be asked yet. */
const isWhole = (text: string) => /[=<>]|\b(in|between|like|is)\b/i.test(text);

export default function PartitionsBody({ item, name }: PanelProps) {
  const { DatabaseName, Name: TableName, PartitionKeys = [] } = item as unknown as Table;
  return (
    <PagedTable
      title="Partitions"
      kind="glue/table"
      name={name}
      filter={`Expression, such as ${PartitionKeys[0]?.Name} > '2026-01-01'`}
      hint={(text) => (text === "" || isWhole(text) ? undefined : "It compares nothing yet: all are shown.")}
      read={async (text, NextToken, signal) => {
        const Expression = isWhole(text) ? text : undefined;
        const input = { DatabaseName, TableName, Expression, NextToken, MaxResults: 100, ExcludeColumnSchema: true };
        const page = await call(glue, GetPartitionsCommand, input, signal);
        return { rows: page.Partitions ?? [], next: page.NextToken };
      }}
      columns={[
        ...PartitionKeys.map(
          ({ Name = "" }, index) => [Name, ({ Values }: { Values?: string[] }) => Values?.[index]] as const,
        ),
        ["Location", ({ StorageDescriptor }) => <Value value={StorageDescriptor?.Location} member="Location" />],
        ["Made", ({ CreationTime }) => <Value value={CreationTime} member="CreationTime" />],
      ]}
      empty="There are no partitions in the catalog. MSCK REPAIR TABLE finds those that lie in its folder."
    />
  );
}
