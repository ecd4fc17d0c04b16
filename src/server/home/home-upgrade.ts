/**
 * Makes a home of format N one of N + 1, in place. `copy` is the home as it was before. An upgrade that was killed runs
 * again from its start, so each of its steps must be able to find itself done.
 */
export type HomeUpgrade = (home: string, copy: string) => void;
