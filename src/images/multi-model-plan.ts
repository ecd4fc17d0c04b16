/** What a multi-model server says beside an answer, in headers: why it refuses, and what the target model took. */

/** Of an answer that is no answer of the model's: the target model is not to be had, for a reason that the caller can mend. */
export const refusalHeader = "x-sagebrush-target-refused";

/** Milliseconds and counts, as `name=value` between commas. */
export const targetHeader = "x-sagebrush-target";

export interface TargetFigures {
  /** Whether the model was there. */
  readonly hit: boolean;
  /** How long the request waited for the model. Absent when it was there. */
  readonly waitMilliseconds?: number;
  /** What the download and the loading took, in the request that began them. */
  readonly downloadMilliseconds?: number;
  readonly loadMilliseconds?: number;
  /** What it took to unload others, where room had to be made. */
  readonly unloadMilliseconds?: number;
  /** How many models are loaded. */
  readonly loaded: number;
}

export const writeFigures = ({ hit, ...more }: TargetFigures): string =>
  Object.entries({ hit: Number(hit), ...more })
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]))
    .join(",");

export function readFigures(text: string): TargetFigures {
  const { hit, ...more } = Object.fromEntries(
    text.split(",").map((part) => {
      const [name = "", value] = part.split("=");
      return [name, Number(value)] as const;
    }),
  );
  return { loaded: 0, ...more, hit: hit === 1 };
}
