/** What is true at each named point of a job's life; the points of a job's states are added to them. */
const pointWords = {
  created: "The job is written; its reconciler has not run yet.",
  "run-written": "The run is in the documents and not started.",
  "run-started": "The run is started; none of its events has been read.",
  "log-opened": "The log stream is there, and empty or as far as an earlier server came.",
  "before-log": "Lines of the run are read and not in the log stream.",
  "after-log": "Lines are in the log stream; their metrics are not in CloudWatch.",
  "after-metrics": "Metrics are in CloudWatch; that is not remembered yet.",
  stopping: "A stop is asked for and not passed on to the run.",
  "before-final-write": "The run has ended; the job does not know it yet.",
} as const;

/** Returns the points at which a test may have the server kill itself, with what is true there, by `NOUN:POINT`. */
export const killPointsOf = (noun: string, toldStates: readonly string[]): Record<string, string> =>
  Object.fromEntries([
    ...Object.entries(pointWords).map(([point, words]) => [`${noun}:${point}`, words]),
    ...toldStates.map((state) => [
      `${noun}:${state.toLowerCase()}`,
      `The run has told ${state}; that is not written yet.`,
    ]),
  ]);
