import { counted } from "../../base/counted.ts";
import { growIsolationForest } from "../../ml/models/isolation-forest.ts";
import { predictionPower } from "../../ml/models/prediction-power.ts";
import { splitRows } from "../../ml/models/split-rows.ts";
import { type GroupedValues, groupValues, numberLabel } from "../analyses/grouped-values.ts";
import { numberOrNull } from "../analyses/number-or-null.ts";
import { type EncodedFeature, encodeFeature, matrixOf } from "./encode-features.ts";
import type { Anomalies, ColumnInsights, QuickModelInsights, SampleRow, TargetInsights } from "./insights-report.ts";
import { learnQuickModel, leastRows, type ModelTarget } from "./quick-model.ts";
import type { ReportSample, SampledFeature } from "./report-sample.ts";

/** More classes are not learned here: a round grows a tree for each. */
const mostClassesOfModel = 100;
const shownAnomalies = 10;
const shownCharacters = 200;

/** What models tell of the columns. */
export interface ModelInsights {
  readonly anomalies: Anomalies | null;
  readonly model: QuickModelInsights | null;
  /** By the names of columns. */
  readonly powers: ReadonlyMap<string, NonNullable<ColumnInsights["power"]> | null>;
  readonly importances: ReadonlyMap<string, number>;
  readonly notes: readonly string[];
}

/** Learns from a sample: which rows are unusual, and with a target what each feature and all of them tell of it. */
export async function askModels(
  sample: ReportSample,
  target: TargetInsights | null,
  seed: number,
  say: (line: string) => void,
): Promise<ModelInsights> {
  const notes: string[] = [];
  const others = sample.features.filter(({ name }) => name !== target?.column);
  const encoded = others.map(encodeFeature);
  const anomalies = findAnomalies(sample, others, encoded, seed, notes);
  if (anomalies) say(`Looked for unusual rows among ${sample.rows}.`);
  const none = { anomalies, model: null, powers: new Map(), importances: new Map<string, number>(), notes };
  if (target === null) return none;
  const learned = targetOf(sample, target);
  if (typeof learned === "string") {
    notes.push(learned);
    return none;
  }
  const powers = new Map<string, NonNullable<ColumnInsights["power"]> | null>();
  const classes = learned.task === "regression" ? undefined : Int32Array.from(learned.labels);
  const split = splitRows(sample.rows, 0.8, seed, classes);
  const powerTarget = {
    task: learned.task,
    labels: learned.labels,
    ...(learned.task === "multiclass" && { classes: learned.classes.length }),
  };
  for (const feature of encoded) {
    if (feature.columns.length === 0) continue;
    const found = await predictionPower(matrixOf([feature], sample.rows), powerTarget, split, seed);
    const { metric, power, score } = found ?? {};
    powers.set(
      feature.name,
      found && Number.isFinite(power) ? { power: power!, score: numberOrNull(score!) ?? 0, metric: metric! } : null,
    );
  }
  if ([...powers.values()].some((power) => power === null))
    notes.push(
      `The prediction power of a feature needs 100 rows with a target, and two values of it on both sides of a split; there ${sample.rows === 1 ? "is" : "are"} ${counted(sample.rows, "row")}.`,
    );
  say(`Asked ${counted(powers.size, "feature what it tells", "features what they tell")} of the target.`);
  const usable = encoded.filter(({ columns }) => columns.length > 0);
  if (sample.rows < leastRows || usable.length === 0) {
    notes.push(
      usable.length === 0
        ? "There is no quick model: no column but the target has values that a model can learn from."
        : `There is no quick model: ${counted(sample.rows, "row has", "rows have")} a target, and ${leastRows} are needed.`,
    );
    return { ...none, powers };
  }
  const { importances, insights } = await learnQuickModel(matrixOf(usable, sample.rows), learned, seed);
  say(`Learned a quick model of ${insights.rounds} rounds.`);
  return { ...none, powers, model: insights, importances: byFeature(usable, importances) };
}

function byFeature(features: readonly EncodedFeature[], importances: Float64Array): ReadonlyMap<string, number> {
  let at = 0;
  return new Map(
    features.map(({ columns, name }) => {
      let sum = 0;
      for (const _ of columns) sum += importances[at++]!;
      return [name, sum];
    }),
  );
}

/** Returns the target as models take it, or why there is none. */
function targetOf({ features, rows }: ReportSample, { column, problem }: TargetInsights): ModelTarget | string {
  const own = features.find(({ name }) => name === column);
  if (own === undefined)
    return `Nothing is learned of the target ${JSON.stringify(column)}: it has no values that a model can learn.`;
  const { values } = own;
  if (problem === "regression") {
    if (values.kind !== "numeric")
      return `Nothing is learned of the target ${JSON.stringify(column)}: it is ${own.feature}, and a regression needs numbers. Choose the problem classification.`;
    if (rows < 2 || values.values.every((value) => value === values.values[0]))
      return `Nothing is learned of the target ${JSON.stringify(column)}: it has one value.`;
    return { task: "regression", classes: [], labels: values.values };
  }
  const { codes, labels } = groupValues(values, Number.MAX_SAFE_INTEGER);
  if (labels.length < 2) return `Nothing is learned of the target ${JSON.stringify(column)}: it has one value.`;
  if (labels.length > mostClassesOfModel)
    return `Nothing is learned of the target ${JSON.stringify(column)}: it has ${labels.length} classes, and at most ${mostClassesOfModel} are learned. Join rare ones, or choose another target.`;
  return {
    task: labels.length === 2 ? "binary" : "multiclass",
    classes: labels.map(String),
    labels: Float64Array.from(codes),
  };
}

function findAnomalies(
  { rows }: ReportSample,
  features: readonly SampledFeature[],
  encoded: readonly EncodedFeature[],
  seed: number,
  notes: string[],
): Anomalies | null {
  // Of texts, words would be columns of their own and outvote all others.
  const usable = encoded.filter(({ columns }, index) => features[index]!.feature !== "text" && columns.length === 1);
  if (rows < 3 || usable.length === 0) {
    notes.push(
      rows < 3
        ? `No unusual rows are looked for among ${rows}.`
        : "No unusual rows are looked for: no column has numbers, times or categories.",
    );
    return null;
  }
  const matrix = matrixOf(usable, rows);
  const scores = growIsolationForest(matrix, { seed }).score(matrix);
  const order = Uint32Array.from(scores.keys()).sort((one, other) => scores[one]! - scores[other]! || one - other);
  const shown = features.map(shownValues);
  return {
    rows: scores.reduce((count, score) => count + (score < 0 ? 1 : 0), 0),
    of: rows,
    least: [...order.subarray(0, shownAnomalies)].map((row) => ({
      score: scores[row]!,
      values: Object.fromEntries(features.map(({ name }, at) => [name, shown[at]!(row)])) as SampleRow,
    })),
  };
}

/** Returns what gives the value of a row as a text. */
function shownValues({ feature, values }: SampledFeature): (row: number) => string | null {
  if (values.kind === "numeric")
    return (row) => words(numberLabel(values.values[row]!, feature === "datetime" ? "timestamp" : values.type.kind));
  if (values.kind === "other") return () => null;
  return (row) => (values.codes[row]! < 0 ? null : values.labels[values.codes[row]!]!.slice(0, shownCharacters));
}

const words = (label: GroupedValues["labels"][number]): string | null => (label === null ? null : String(label));
