/** What an archive may unpack to. */
export interface UnpackLimits {
  readonly bytes: number;
  /** Files, folders and links. */
  readonly files: number;
}

/** The limits of a run that was planned before there were any. */
export const usualUnpackLimits: UnpackLimits = { bytes: 4 * 1024 ** 3, files: 50_000 };
