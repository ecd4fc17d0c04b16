import { GetTablesCommand } from "@aws-sdk/client-glue";
import { call } from "../api/command.ts";
import { nameIn } from "../catalog/named-in.ts";
import { PagedTable } from "../catalog/paged-table.tsx";
import type { PanelProps } from "../declare/define-resource.ts";
import { detailAddress } from "../frame/screens.ts";
import { glue } from "../services/glue.ts";
import { PageLink } from "../values/page-link.tsx";
import { Value } from "../values/value.tsx";

export default function TablesOfBody({ name: DatabaseName }: PanelProps) {
  return (
    <PagedTable
      title="Tables"
      kind="glue/table"
      name={DatabaseName}
      filter="Name contains"
      read={async (text, NextToken, signal) => {
        const Expression = text === "" ? undefined : `.*${text.replaceAll(/[^\w]/g, ".")}.*`;
        const input = { DatabaseName, Expression, NextToken, MaxResults: 100 };
        const page = await call(glue, GetTablesCommand, input, signal);
        return { rows: page.TableList ?? [], next: page.NextToken };
      }}
      columns={[
        ["Name", ({ Name }) => <PageLink to={detailAddress("table", nameIn(DatabaseName, Name!))}>{Name}</PageLink>],
        ["Type", ({ TableType }) => TableType ?? "-"],
        ["Location", ({ StorageDescriptor }) => <Value value={StorageDescriptor?.Location} member="Location" />],
        ["Updated", ({ UpdateTime }) => <Value value={UpdateTime} member="UpdateTime" />],
      ]}
      empty="There are no tables yet."
    />
  );
}
