import Box from "@cloudscape-design/components/box";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useNavigate, useSearchParams } from "react-router";
import { defineRoom } from "../declare/define-room.ts";
import { GroupSelect } from "../logs/group-select.tsx";
import { GroupStreams } from "../logs/group-streams.tsx";
import { logAddress } from "../logs/log-address.ts";
import { LogView } from "../logs/log-view.tsx";
import { PageLink } from "../values/page-link.tsx";
import { visibleName } from "../values/visible.ts";

export const logs = defineRoom({ title: "Logs", area: "Observe", Page });

/** The streams of a group, and one of them line by line: by the parameters `group` and `stream`. */
function Page() {
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const group = search.get("group") ?? "";
  const stream = search.get("stream");
  return (
    <SpaceBetween size="l">
      <Header variant="h1" description="Everything that jobs, endpoints and programs write, line by line.">
        {stream === null ? "Logs" : <span className="name">{visibleName(stream)}</span>}
      </Header>
      {stream === null ? (
        <FormField label="Log group" stretch>
          <GroupSelect group={group} onChange={(chosen) => navigate(logAddress(chosen))} />
        </FormField>
      ) : (
        <Box>
          In <PageLink to={logAddress(group)}>{group}</PageLink>
        </Box>
      )}
      {stream !== null ? (
        <LogView key={JSON.stringify([group, stream])} group={group} stream={stream} />
      ) : (
        group !== "" && <GroupStreams key={group} group={group} />
      )}
    </SpaceBetween>
  );
}
