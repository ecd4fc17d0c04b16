import type { Table } from "@aws-sdk/client-glue";
import { quoted } from "../catalog/sql-address.ts";
import type { PanelProps } from "../declare/define-resource.ts";
import { QueryPanel } from "../sql/query-panel.tsx";

export default function SnapshotsBody({ item }: PanelProps) {
  const { DatabaseName = "", Name = "" } = item as unknown as Table;
  const text = `SELECT committed_at, snapshot_id, parent_id, operation, summary
FROM ${quoted(`${Name}$snapshots`)} ORDER BY committed_at DESC`;
  return <QueryPanel database={DatabaseName} text={text} submit="Read the snapshots" />;
}
