import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import ProgressBar from "@cloudscape-design/components/progress-bar";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useSyncExternalStore } from "react";
import { bytes } from "../values/format.ts";
import { visibleName } from "../values/visible.ts";
import { isOpen, type Upload, uploadStore } from "./uploads.ts";

/** Uploads that are shown one by one; of more the count is. */
const mostShown = 8;
const order = ["failed", "sending", "cancelled", "waiting"];

/** What is being sent, with its progress, and what has been. */
export function UploadList() {
  const uploads = useSyncExternalStore(uploadStore.subscribe, uploadStore.all);
  if (uploads.length === 0) return null;
  const open = uploads.filter(isOpen).length;
  const done = uploads.filter(({ state }) => state === "done").length;
  const failed = uploads.filter(({ state }) => state === "failed");
  const shown = order.flatMap((state) => uploads.filter((one) => one.state === state)).slice(0, mostShown);
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={`${done} of ${uploads.length} files are there`}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              {failed.length > 1 && (
                <Button onClick={() => failed.map(({ id }) => uploadStore.retry(id))}>Try all again</Button>
              )}
              {open > 0 ? (
                <Button onClick={uploadStore.cancelAll}>Cancel all</Button>
              ) : (
                <Button onClick={uploadStore.clear}>Clear</Button>
              )}
            </SpaceBetween>
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

function Row({ upload: { id, state, key, sizeBytes, sentBytes, error } }: { readonly upload: Upload }) {
  const ended = state === "failed" || state === "cancelled";
  return (
    <ProgressBar
      label={visibleName(key)}
      value={sizeBytes === 0 ? 0 : (100 * sentBytes) / sizeBytes}
      status={ended ? "error" : "in-progress"}
      description={state === "waiting" ? "Waits for those before it" : `${bytes(sentBytes)} of ${bytes(sizeBytes)}`}
      resultText={state === "cancelled" ? "Cancelled" : error}
      resultButtonText={state === "failed" ? "Try again" : undefined}
      onResultButtonClick={() => uploadStore.retry(id)}
      additionalInfo={
        !ended && (
          <Button variant="inline-link" ariaLabel={`Cancel ${key}`} onClick={() => uploadStore.cancel(id)}>
            Cancel
          </Button>
        )
      }
    />
  );
}
