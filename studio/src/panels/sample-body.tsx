import type { Table } from "@aws-sdk/client-glue";
import { quoted } from "../catalog/sql-address.ts";
import type { PanelProps } from "../declare/define-resource.ts";
import { QueryPanel } from "../sql/query-panel.tsx";

export default function SampleBody({ item }: PanelProps) {
  const { DatabaseName = "", Name = "" } = item as unknown as Table;
  return (
    <QueryPanel database={DatabaseName} text={`SELECT * FROM ${quoted(Name)} LIMIT 20`} submit="Read the first rows" />
  );
}
