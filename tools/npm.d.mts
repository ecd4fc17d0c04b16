/** The types of npm.mjs, for its test. */
export function runNpm(
  command: readonly string[],
  options: {
    readonly root: string;
    readonly registry?: string;
    readonly say?: (line: string) => void;
    readonly quietMilliseconds?: number;
  },
): Promise<{ readonly code: number; readonly output: string }>;
