/**
 * Upgrades a home of format N to N + 1, in place. `copy` is the home as it was before. An upgrade that was killed runs
 * again from its start, so each of its steps must do nothing when it is done already.
 */
export type HomeUpgrade = (home: string, copy: string) => void;
