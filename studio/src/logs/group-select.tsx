import { DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import Select from "@cloudscape-design/components/select";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../api/command.ts";
import { logs } from "../services/logs.ts";

interface Props {
  readonly group: string;
  readonly onChange: (group: string) => void;
}

/** Chooses a log group among those whose names hold what is typed. */
export function GroupSelect({ group, onChange }: Props) {
  const [text, setText] = useState("");
  const { data, error } = useQuery({
    queryKey: ["logs/log-group", "named", text],
    queryFn: ({ signal }) =>
      call(logs, DescribeLogGroupsCommand, { logGroupNamePattern: text || undefined, limit: 50 }, signal),
  });
  const options = (data?.logGroups ?? []).map(({ logGroupName }) => ({ value: logGroupName!, label: logGroupName! }));
  return (
    <Select
      selectedOption={group === "" ? null : { value: group, label: group }}
      options={options}
      placeholder="Choose a log group"
      filteringType="manual"
      filteringPlaceholder="Part of a name"
      filteringAriaLabel="Part of a name"
      statusType={error ? "error" : data ? "finished" : "loading"}
      errorText={error?.message}
      loadingText="Reading log groups"
      empty="There is no such log group."
      onLoadItems={({ detail }) => setText(detail.filteringText)}
      onChange={({ detail }) => onChange(detail.selectedOption.value!)}
    />
  );
}
