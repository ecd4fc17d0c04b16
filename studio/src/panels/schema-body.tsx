import type { Table as GlueTable } from "@aws-sdk/client-glue";
import Badge from "@cloudscape-design/components/badge";
import Table from "@cloudscape-design/components/table";
import type { PanelProps } from "../declare/define-resource.ts";

export default function SchemaBody({ item, name }: PanelProps) {
  const { StorageDescriptor, PartitionKeys = [] } = item as unknown as GlueTable;
  const columns = StorageDescriptor?.Columns ?? [];
  const rows = [...columns, ...PartitionKeys].map((column, index) => ({
    ...column,
    number: index + 1,
    isKey: index >= columns.length,
  }));
  return (
    <Table
      variant="embedded"
      wrapLines
      items={rows}
      trackBy="Name"
      ariaLabels={{ tableLabel: `Columns of ${name}` }}
      columnDefinitions={[
        { id: "number", header: "#", cell: ({ number }) => number, width: 60 },
        {
          id: "name",
          header: "Column",
          isRowHeader: true,
          minWidth: 140,
          cell: ({ Name, isKey }) => (
            <>
              {Name} {isKey && <Badge>partition key</Badge>}
            </>
          ),
        },
        { id: "type", header: "Type", minWidth: 110, cell: ({ Type }) => <span className="code">{Type}</span> },
        { id: "comment", header: "Comment", minWidth: 120, cell: ({ Comment }) => Comment ?? "-" },
      ]}
      empty="The catalog names no columns."
    />
  );
}
