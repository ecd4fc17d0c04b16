/** How much of what a run prints goes into its log. 0 is no limit. */
export interface LogLimits {
  readonly bytesPerSecond: number;
  readonly bytes: number;
}

export const noLogLimits: LogLimits = { bytesPerSecond: 0, bytes: 0 };

/**
 * Passes lines on as long as a run keeps to its limits. Of those that it leaves out it keeps the last ones: they say how
 * a burst, or a run, has ended.
 */
export interface LogAllowance {
  /** The lines to write now; without new ones, what can be told of a burst that is over. */
  pass(lines: readonly string[]): readonly string[];
  /** The lines to write when the run has ended. */
  end(): readonly string[];
}

/** A run may print so many seconds' worth at once. */
const burstSeconds = 4;
/** Lines are let through again when there is room for so many seconds' worth, so that they are not counted one by one. */
const againSeconds = 1;
/** What a line takes beside its text, in the log and in its stream: short lines cost by their number. */
const lineBytes = 26;
const keptLines = 100;
const keptBytes = 64 * 1024;

/** `now` returns milliseconds. */
export function createLogAllowance({ bytesPerSecond, bytes }: LogLimits, now: () => number): LogAllowance {
  const rate = bytesPerSecond || Number.POSITIVE_INFINITY;
  const most = bytes || Number.POSITIVE_INFINITY;
  let room = rate * burstSeconds;
  let refilled = now();
  let passedBytes = 0;
  let closed: "rate" | "size" | undefined;
  let leftOut = 0;
  let last: string[] = [];
  let lastBytes = 0;

  function leaveOut(line: string): void {
    leftOut++;
    last.push(line);
    lastBytes += line.length;
    while (last.length > keptLines || (lastBytes > keptBytes && last.length > 1)) lastBytes -= last.shift()!.length;
  }

  /** Returns the last lines left out, after how many others were. */
  function told(): string[] {
    const others = leftOut - last.length;
    const count = `(${others} lines are left out here: the run printed more than ${Math.round(rate / 1024)} KiB a second; see SAGEBRUSH_LOG_RATE)`;
    const lines = others > 0 ? [closed === "size" ? `(${others} lines are left out here)` : count, ...last] : last;
    last = [];
    lastBytes = leftOut = 0;
    return lines;
  }

  return {
    pass(lines) {
      if (rate === Number.POSITIVE_INFINITY && most === Number.POSITIVE_INFINITY) return lines;
      const time = now();
      room = Math.min(room + (rate * (time - refilled)) / 1000, rate * burstSeconds);
      refilled = time;
      const passed: string[] = [];
      if (closed === "rate" && room >= rate * againSeconds) {
        passed.push(...told());
        closed = undefined;
      }
      for (const line of lines) {
        if (closed === undefined && room <= 0) closed = "rate";
        if (closed !== undefined) {
          leaveOut(line);
          continue;
        }
        passed.push(line);
        const size = Buffer.byteLength(line) + lineBytes;
        room -= size;
        passedBytes += size;
        if (passedBytes < most) continue;
        closed = "size";
        passed.push(
          `(The log has reached ${Math.round(most / 1024 ** 2)} MiB: of what comes now it has the last lines, when the run ends; see SAGEBRUSH_LOG_SIZE)`,
        );
      }
      return passed;
    },
    end: told,
  };
}
