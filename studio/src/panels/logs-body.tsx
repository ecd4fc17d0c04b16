import Box from "@cloudscape-design/components/box";
import FormField from "@cloudscape-design/components/form-field";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "react-router";
import { useLive } from "../live.ts";
import { LogView } from "../logs/log-view.tsx";
import { streamsOf } from "../logs/streams.ts";
import { Failure } from "../pages/failure.tsx";

const streamKind = "logs/log-stream";

export default function LogsBody({ group, prefix }: { readonly group: string; readonly prefix: string }) {
  const polling = useLive({ kind: streamKind });
  const { data, error } = useQuery({
    queryKey: [streamKind, group, prefix],
    queryFn: () => streamsOf(group, prefix),
    refetchInterval: polling,
  });
  const [search, setSearch] = useSearchParams();
  const chosen = search.get("stream");
  if (error) return <Failure error={error} />;
  if (!data) return <Spinner />;
  const stream = data.find((name) => name === chosen) ?? data[0];
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
            onChange={({ detail }) =>
              setSearch({ tab: search.get("tab") ?? "Log", stream: detail.selectedOption.value! })
            }
          />
        </FormField>
      )}
      <LogView key={stream} group={group} stream={stream} />
    </SpaceBetween>
  );
}
