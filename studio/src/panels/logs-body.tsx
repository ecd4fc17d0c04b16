import { DescribeLogStreamsCommand, ResourceNotFoundException } from "@aws-sdk/client-cloudwatch-logs";
import Box from "@cloudscape-design/components/box";
import FormField from "@cloudscape-design/components/form-field";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../api/command.ts";
import { useLive } from "../live.ts";
import { LogView } from "../logs/log-view.tsx";
import { Failure } from "../pages/failure.tsx";
import { logs } from "../services/logs.ts";

const streamKind = "logs/log-stream";

/** Names of the streams; none where the group is not there yet. */
async function streamsOf(group: string, prefix: string): Promise<readonly string[]> {
  try {
    const input = { logGroupName: group, ...(prefix && { logStreamNamePrefix: prefix }) };
    const { logStreams = [] } = await call(logs, DescribeLogStreamsCommand, input);
    return logStreams.map((stream) => stream.logStreamName!);
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return [];
    throw error;
  }
}

export default function LogsBody({ group, prefix }: { readonly group: string; readonly prefix: string }) {
  const polling = useLive({ kind: streamKind });
  const { data, error } = useQuery({
    queryKey: [streamKind, group, prefix],
    queryFn: () => streamsOf(group, prefix),
    refetchInterval: polling,
  });
  const [chosen, setChosen] = useState<string>();
  if (error) return <Failure error={error} />;
  if (!data) return <Spinner />;
  const stream = chosen ?? data[0];
  if (stream === undefined)
    return <Box color="text-body-secondary">There is no log yet. It appears as soon as something is written.</Box>;
  const options = data.map((name) => ({ value: name, label: name.slice(prefix.length) || name }));
  return (
    <SpaceBetween size="m">
      {data.length > 1 && (
        <FormField label="Stream">
          <Select
            options={options}
            selectedOption={options.find(({ value }) => value === stream)!}
            onChange={({ detail }) => setChosen(detail.selectedOption.value)}
          />
        </FormField>
      )}
      <LogView key={stream} group={group} stream={stream} />
    </SpaceBetween>
  );
}
