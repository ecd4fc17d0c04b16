import { realFourier } from "../../kernels/fourier.ts";
import { quantileOf } from "../statistics.ts";
import { continuousWavelet, throughRicker } from "../wavelet.ts";
import { welchDensity } from "../welch-density.ts";
import type { FeatureFamily } from "./feature-family.ts";

const coefficients = Array.from({ length: 100 }, (_, at) => at);
const scales = [2, 5, 10, 20];
const firstFifteen = coefficients.slice(0, 15);

/** Moments of a spectrum: where its middle is, and how it lies around it. */
function aggregated(spectrum: Float64Array): readonly number[] {
  let [total, first, second, third, fourth] = [0, 0, 0, 0, 0];
  for (const [at, one] of spectrum.entries()) {
    total += one;
    first += one * at;
    second += one * at ** 2;
    third += one * at ** 3;
    fourth += one * at ** 4;
  }
  const centroid = first / total;
  const variance = second / total - centroid ** 2;
  const isNarrow = variance < 0.5;
  const skew = (third / total - 3 * centroid * variance - centroid ** 3) / variance ** 1.5;
  // As tsfresh has it: the last term is the centroid, not its fourth power.
  const kurtosis =
    (fourth / total - (4 * centroid * third) / total + (6 * second * centroid ** 2) / total - 3 * centroid) /
    variance ** 2;
  return [centroid, variance, isNarrow ? Number.NaN : skew, isNarrow ? Number.NaN : kurtosis];
}

interface Ridge {
  /** From the last row up. */
  readonly rows: number[];
  readonly columns: number[];
  gap: number;
}

/** Relative maxima of rows, followed from the widest wavelet to the narrowest. */
function ridges(rows: readonly Float64Array[]): readonly Ridge[] {
  const maxima = rows.map((row) =>
    Array.from(row.keys()).filter(
      (at) => at > 0 && at < row.length - 1 && row[at]! > row[at - 1]! && row[at]! > row[at + 1]!,
    ),
  );
  const start = maxima.findLastIndex((found) => found.length > 0);
  if (start < 0) return [];
  let open: Ridge[] = maxima[start]!.map((column) => ({ rows: [start], columns: [column], gap: 0 }));
  const closed: Ridge[] = [];
  for (let row = start - 1; row >= 0; row--) {
    for (const ridge of open) ridge.gap++;
    const ends = open.map(({ columns }) => columns.at(-1)!);
    for (const column of maxima[row]!) {
      let closest = -1;
      for (const [at, end] of ends.entries())
        if (closest < 0 || Math.abs(column - end) < Math.abs(column - ends[closest]!)) closest = at;
      if (closest >= 0 && Math.abs(column - ends[closest]!) <= (row + 1) / 4) {
        const ridge = open[closest]!;
        ridge.rows.push(row);
        ridge.columns.push(column);
        ridge.gap = 0;
      } else open.push({ rows: [row], columns: [column], gap: 0 });
    }
    closed.push(...open.filter(({ gap }) => gap > 1));
    open = open.filter(({ gap }) => gap <= 1);
  }
  return [...closed, ...open];
}

/** How many ridges of the wavelets of widths 1 to `widths` rise above the noise, as SciPy's `find_peaks_cwt` counts. */
function waveletPeaks(values: Float64Array, widths: number): number {
  const rows = Array.from({ length: widths }, (_, at) => throughRicker(values, at + 1));
  const [first] = rows;
  const window = Math.ceil(values.length / 20);
  const noiseAt = (at: number) => {
    const [from, to] = [Math.max(0, at - (window >> 1)), Math.min(values.length, at + (window >> 1) + (window % 2))];
    return quantileOf(first!.slice(from, to).sort(), 0.1);
  };
  return ridges(rows).filter(({ columns, rows: own }) => {
    if (own.length < Math.ceil(widths / 4)) return false;
    const [row, column] = [own.at(-1)!, columns.at(-1)!];
    return !(Math.abs(rows[row]![column]! / noiseAt(column)) < 1);
  }).length;
}

/** Features of a series seen as a sum of waves. */
export const spectrumFeatures: readonly FeatureFamily[] = [
  {
    name: "number_cwt_peaks",
    parts: ["n_1", "n_5"],
    values: ({ values }) => [waveletPeaks(values, 1), waveletPeaks(values, 5)],
  },
  {
    name: "cwt_coefficients",
    parts: firstFifteen.flatMap((at) => scales.map((scale) => `coeff_${at}__w_${scale}__widths_(2, 5, 10, 20)`)),
    values({ values }) {
      const through = scales.map((scale) => continuousWavelet(values, scale));
      return firstFifteen.flatMap((at) => through.map((one) => one[at] ?? Number.NaN));
    },
  },
  {
    name: "spkt_welch_density",
    parts: ["coeff_2", "coeff_5", "coeff_8"],
    values({ values }) {
      const density = welchDensity(values);
      return [2, 5, 8].map((at) => density[at] ?? Number.NaN);
    },
  },
  {
    name: "fft_coefficient",
    parts: ["real", "imag", "abs", "angle"].flatMap((kind) => coefficients.map((at) => `attr_"${kind}"__coeff_${at}`)),
    values({ values }) {
      const { imaginary, real } = realFourier(values);
      const all = (of: (a: number, b: number) => number) =>
        coefficients.map((at) => (at < real.length ? of(real[at]!, imaginary[at]!) : Number.NaN));
      return [
        ...all((a) => a),
        ...all((_, b) => b),
        ...all((a, b) => Math.hypot(a, b)),
        ...all((a, b) => (Math.atan2(b, a) * 180) / Math.PI),
      ];
    },
  },
  {
    name: "fft_aggregated",
    parts: ["centroid", "variance", "skew", "kurtosis"].map((kind) => `aggtype_"${kind}"`),
    values({ values }) {
      const { imaginary, real } = realFourier(values);
      return aggregated(real.map((one, at) => Math.hypot(one, imaginary[at]!)));
    },
  },
];
