import { type ImageVersion, ListImageVersionsCommand } from "@aws-sdk/client-sagemaker";
import { call } from "../api/command.ts";
import type { PanelProps } from "../declare/define-resource.ts";
import { sagemaker } from "../services/sagemaker.ts";
import { RecordTable } from "./record-table.tsx";

export default function ImageVersionsBody({ resource, name }: PanelProps) {
  return (
    <RecordTable<ImageVersion>
      title="Versions"
      kind={resource.kind}
      name={name}
      columns={[
        ["Version", "Version"],
        ["ImageVersionStatus", "Status"],
        ["CreationTime", "Made"],
      ]}
      read={async (NextToken) => {
        const input = { ImageName: name, NextToken, MaxResults: 50 } as const;
        const page = await call(sagemaker, ListImageVersionsCommand, input);
        return { rows: page.ImageVersions ?? [], next: page.NextToken };
      }}
      empty="There are no versions. Add one: it names the image of a registry."
    />
  );
}
