import type { QueryExecution } from "@aws-sdk/client-athena";
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type ReactNode, useState } from "react";
import { download } from "../s3/download.ts";
import { bytes, duration } from "../values/format.ts";
import { Status } from "../values/status.tsx";
import { ResultGrid } from "./result-grid.tsx";
import { ResultPicture } from "./result-picture.tsx";
import type { Run } from "./use-runs.ts";

interface Props {
  readonly run: Run;
  /** Leads to the place in the editor that a refusal names; absent where it names none. */
  readonly onPlace?: () => void;
  /** What else can be done with a result. */
  readonly actions?: ReactNode;
}

/** Statements whose result is in a table or in files, and not in rows to look at. */
const writing: ReadonlySet<string> = new Set([
  "INSERT",
  "CREATE_TABLE_AS_SELECT",
  "UNLOAD",
  "MERGE",
  "UPDATE",
  "DELETE",
]);

/** What has become of a statement: its state, why it was refused, or its rows. */
export function ResultView({ run, onPlace, actions }: Props) {
  const { query, refusal } = run;
  const [view, setView] = useState("Rows");
  const state = query?.Status?.State;
  const writes = writing.has(query?.SubstatementType ?? "");
  const isRows = state === "SUCCEEDED" && query?.StatementType === "DML" && !writes;
  return (
    <SpaceBetween size="s">
      <output className="sql-state">
        <SpaceBetween direction="horizontal" size="m" alignItems="center">
          <Status value={state ?? (refusal === undefined ? "QUEUED" : "FAILED")} />
          {query && <Figures query={query} />}
        </SpaceBetween>
      </output>
      {refusal !== undefined && (
        <Alert
          type={state === "CANCELLED" ? "info" : "error"}
          header={state === "CANCELLED" ? "It was cancelled" : "It has failed"}
          action={onPlace && <Button onClick={onPlace}>Go to the place</Button>}
        >
          <span className="name">{refusal}</span>
        </Alert>
      )}
      {state === "SUCCEEDED" && !writes && (
        <SpaceBetween direction="horizontal" size="s" alignItems="center">
          {isRows && (
            <SegmentedControl
              label="View"
              selectedId={view}
              options={["Rows", "Picture"].map((id) => ({ id, text: id }))}
              onChange={({ detail }) => setView(detail.selectedId)}
            />
          )}
          <DownloadButton query={query!} />
          {isRows && actions}
        </SpaceBetween>
      )}
      {state === "SUCCEEDED" && writes && <Box>What it writes is written.</Box>}
      {state === "SUCCEEDED" &&
        !writes &&
        (isRows && view === "Picture" ? <ResultPicture query={query!} /> : <ResultGrid query={query!} />)}
    </SpaceBetween>
  );
}

function Figures({ query: { Statistics = {} } }: { readonly query: QueryExecution }) {
  const { TotalExecutionTimeInMillis: time, DataScannedInBytes: read, ResultReuseInformation: reuse } = Statistics;
  return (
    <Box color="text-body-secondary">
      {[
        time !== undefined && (time < 1000 ? `${time} ms` : duration(time / 1000)),
        read !== undefined && `${bytes(read)} read`,
        reuse?.ReusedPreviousResult && "an earlier result",
      ]
        .filter(Boolean)
        .join(", ")}
    </Box>
  );
}

function DownloadButton({ query }: { readonly query: QueryExecution }) {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(query.ResultConfiguration?.OutputLocation ?? "") ?? [];
  if (!bucket || !key) return null;
  const ending = key.slice(key.lastIndexOf(".") + 1);
  return (
    <Button iconName="download" onClick={() => void download(bucket, key)}>
      Download {ending === "csv" ? "CSV" : "text"}
    </Button>
  );
}
