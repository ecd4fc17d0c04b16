/** Features of a series that are worked out together, each with its settings as tsfresh writes them: `lag_1`, `attr_"real"__coeff_0`. */
export interface FeatureFamily {
  /** tsfresh's name. */
  readonly name: string;
  /** The settings; of a feature that has none, an empty text. */
  readonly parts: readonly string[];
  /** Whether it takes long: it is left out of the efficient subset. */
  readonly costly?: true;
  /** A number for each part. The series has one value at least, and each is finite. */
  values(series: SortedSeries): ArrayLike<number>;
}

/** A series with what many features need of it. */
export interface SortedSeries {
  readonly values: Float64Array;
  readonly sorted: Float64Array;
}

export const simple = (name: string, of: (series: SortedSeries) => number | boolean): FeatureFamily => ({
  name,
  parts: [""],
  values: (series) => [Number(of(series))],
});

/** A feature with one setting. `word` writes its value as Python does. */
export const setting = (
  name: string,
  key: string,
  given: readonly number[],
  of: (series: SortedSeries, value: number) => number | boolean,
  word: (value: number) => string = String,
): FeatureFamily => ({
  name,
  parts: given.map((one) => `${key}_${word(one)}`),
  values: (series) => given.map((one) => Number(of(series, one))),
});

/** A number of Python that is no whole one even where it has no fraction. */
export const float = (value: number): string => (Number.isInteger(value) ? `${value}.0` : String(value));
