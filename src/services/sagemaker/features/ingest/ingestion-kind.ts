import type { IngestCheckpoint, IngestSource } from "../../../../base/ingest-plan.ts";
import { defineKind } from "../../../../frame/define-kind.ts";
import type { KeptRun } from "../../../../frame/keep-run.ts";

export interface WantedIngestion {
  readonly group: string;
  readonly source: IngestSource;
  readonly deadLetter: string;
}

export interface ActualIngestion {
  readonly kept: KeptRun;
  readonly checkpoint: IngestCheckpoint;
}

/** A stream that is taken into a feature group for as long as it is not stopped. */
export const ingestionKind = defineKind<WantedIngestion, ActualIngestion, "Running" | "Stopping">({
  service: "sagebrush",
  kind: "ingestion",
  key: ["IngestionId"],
  statuses: { Running: { final: false }, Stopping: { final: false } },
  running: ["Running", "Stopping"],
});
