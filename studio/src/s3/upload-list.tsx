import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import ProgressBar from "@cloudscape-design/components/progress-bar";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useSyncExternalStore } from "react";
import { bytes } from "../values/format.ts";
import { type Upload, uploadStore } from "./uploads.ts";

/** Uploads that are shown one by one; of more the count is. */
const mostShown = 8;

/** What is being sent, with its progress, and what has been. */
export function UploadList() {
  const uploads = useSyncExternalStore(uploadStore.subscribe, uploadStore.all);
  if (uploads.length === 0) return null;
  const open = uploads.filter(({ state }) => state === "waiting" || state === "sending");
  const shown = [
    ...uploads.filter(({ state }) => state !== "done" && state !== "waiting"),
    ...uploads.filter(({ state }) => state === "waiting"),
  ].slice(0, mostShown);
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={`${uploads.length - open.length} of ${uploads.length} files are done`}
          actions={
            open.length > 0 ? (
              <Button onClick={() => open.map((one) => one.cancel())}>Cancel all</Button>
            ) : (
              <Button onClick={uploadStore.clear}>Clear</Button>
            )
          }
        >
          Uploads
        </Header>
      }
    >
      <SpaceBetween size="s">
        {shown.map((one) => (
          <Row key={one.id} upload={one} />
        ))}
      </SpaceBetween>
    </Container>
  );
}

function Row({ upload }: { readonly upload: Upload }) {
  const { state, key, sizeBytes, sentBytes, error } = upload;
  const failed = state === "failed" || state === "cancelled";
  return (
    <ProgressBar
      label={key}
      value={sizeBytes === 0 ? 0 : (100 * sentBytes) / sizeBytes}
      status={failed ? "error" : "in-progress"}
      description={`${bytes(sentBytes)} of ${bytes(sizeBytes)}`}
      resultText={state === "cancelled" ? "Cancelled" : error}
      additionalInfo={
        !failed && (
          <Button variant="inline-link" ariaLabel={`Cancel ${key}`} onClick={upload.cancel}>
            Cancel
          </Button>
        )
      }
    />
  );
}
