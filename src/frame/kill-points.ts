/**
 * Named points at which a server may be told to kill itself (setting `killAt`), to prove that it comes back whole. Code
 * passes one by `context.settings.reached(name)`; whatever was written before it is there after the restart, and the
 * reconciler goes on from there.
 */
export const killPoints = {
  "training-job:created": "The job is written, nothing of it has been looked at yet.",
  "training-job:run-written": "The run is in the documents and not started.",
  "training-job:run-started": "The run is started, nothing of it has been read.",
  "training-job:log-opened": "The log stream is there, and empty or as far as an earlier server came.",
  "training-job:downloading": "The run has told that it downloads; that is not written yet.",
  "training-job:training": "The run has told that it trains; that is not written yet.",
  "training-job:uploading": "The run has told that it uploads; that is not written yet.",
  "training-job:before-log": "Lines of the run are read and not in the log stream.",
  "training-job:after-log": "Lines are in the log stream; their metrics are not in CloudWatch.",
  "training-job:after-metrics": "Metrics are in CloudWatch; nothing of it is remembered.",
  "training-job:stopping": "A stop is asked for and not passed on to the run.",
  "training-job:before-final-write": "The run has ended; the job does not know it yet.",
  "endpoint:created": "The endpoint is written, none of its instances has a run.",
  "endpoint:run-written": "The run of an instance is in the documents and not started.",
  "endpoint:run-started": "The run of an instance is started, nothing of it has been read.",
  "endpoint:before-in-service": "All instances answer pings; the endpoint does not know it yet.",
  "endpoint:before-failed": "An instance of a deployment has ended; the endpoint does not know it yet.",
  "endpoint:before-stop": "An instance has lost its traffic and is to end; it has not been told.",
  "endpoint:after-stop": "An instance has been told to end; that is not written.",
  "endpoint:before-removed": "All instances of a deleted endpoint have ended; its document is still there.",
} as const satisfies Readonly<Record<string, string>>;

export type KillPoint = keyof typeof killPoints;
