import { GetTableVersionsCommand, type TableVersion } from "@aws-sdk/client-glue";
import { call } from "../api/command.ts";
import { changesBetween } from "../catalog/changes-between.ts";
import type { PanelProps } from "../declare/define-resource.ts";
import { glue } from "../services/glue.ts";
import { RecordTable } from "./record-table.tsx";

interface Row {
  readonly version: string;
  readonly updated: Date | undefined;
  readonly changes: readonly string[];
}

/** A version says what it is, so what has changed is found beside the one before. */
const rowsOf = (versions: readonly TableVersion[], hasFirst: boolean): Row[] =>
  versions.map(({ Table, VersionId = "" }, index) => {
    const before = versions[index + 1]?.Table;
    const changes = before ? changesBetween(before, Table) : [hasFirst ? "The first that is kept" : "See older ones"];
    return { version: VersionId, updated: Table?.UpdateTime, changes };
  });

export default function TableVersionsBody({ resource, item, name }: PanelProps) {
  const { DatabaseName, Name: TableName } = item as { DatabaseName: string; Name: string };
  return (
    <RecordTable<Row>
      title="Versions"
      kind={resource.kind}
      name={name}
      columns={[
        ["version", "Version"],
        ["updated", "Written"],
        ["changes", "What has changed"],
      ]}
      read={async (NextToken) => {
        const input = { DatabaseName, TableName, NextToken, MaxResults: 50 };
        const page = await call(glue, GetTableVersionsCommand, input);
        return { rows: rowsOf(page.TableVersions ?? [], page.NextToken === undefined), next: page.NextToken };
      }}
      empty="There are no versions."
    />
  );
}
