/** Resolves at Ctrl-C, or when the process is asked to end. */
export function untilInterrupted(): Promise<void> {
  // A listener for signals does not keep the process running by itself.
  const keepRunning = setInterval(() => {}, 60_000);
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.once(signal, () => {
        clearInterval(keepRunning);
        resolve();
      });
    }
  });
}
