import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import { titleOf } from "./words.ts";

type Tone = StatusIndicatorProps.Type;

/** What AWS's words for a status mean. Whatever else is under way. */
const tones: Readonly<Record<string, Tone>> = Object.fromEntries(
  (
    [
      ["success", "Completed Created InService Active Available Successful Approved OK Enabled Ready Succeeded"],
      [
        "error",
        "Failed CreateFailed DeleteFailed Blocked ALARM OutOfService UpdateRollbackFailed Rejected Error Unhealthy Delete_Failed Update_Failed NotFound",
      ],
      ["stopped", "Stopped Deleted Disabled Terminated Cancelled"],
      ["pending", "Pending PendingManualApproval INSUFFICIENT_DATA Scheduled NotStarted Reused"],
    ] satisfies [Tone, string][]
  ).flatMap(([tone, words]) => words.split(" ").map((word) => [word, tone])),
);

/** Athena and Glue say theirs in capitals. */
export const toneOf = (status: string): Tone =>
  tones[status] ?? tones[status.charAt(0) + status.slice(1).toLowerCase()] ?? "in-progress";

/** Whether a document with this status changes by itself. */
export const isUnderWay = (status: unknown): boolean => typeof status === "string" && toneOf(status) === "in-progress";

export function Status({ value }: { readonly value: string }) {
  const shown = /^[A-Z_]+$/.test(value) ? titleOf(value.toLowerCase()) : titleOf(value);
  return <StatusIndicator type={toneOf(value)}>{shown === "Ok" ? "OK" : shown}</StatusIndicator>;
}
