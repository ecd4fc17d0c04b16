import { counted } from "../../base/counted.ts";
import type { DuplicateRows } from "../analyses/duplicate-rows.ts";
import type {
  ColumnInsights,
  InsightsReport,
  QuickModelInsights,
  Severity,
  TargetInsights,
  Warning,
} from "./insights-report.ts";

/** What warnings are about. */
export interface WarningFacts {
  readonly columns: readonly ColumnInsights[];
  readonly target: TargetInsights | null;
  readonly model: QuickModelInsights | null;
  readonly duplicates: DuplicateRows;
}

interface Rule<About> {
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  /** When the warning is given, with its threshold, in words. */
  readonly rule: string;
  readonly advice: string;
  /** What was found; undefined where there is nothing to warn of. */
  finds(about: About): string | undefined;
}

interface AboutTarget {
  readonly target: TargetInsights;
  readonly column: ColumnInsights;
}
interface AboutColumn {
  readonly column: ColumnInsights;
  readonly isTarget: boolean;
}

const percent = (share: number): string => `${(100 * share).toFixed(share > 0 && share < 0.01 ? 2 : 1)} %`;
const isOrAre = (count: number): string => (count === 1 ? "is" : "are");
const quoted = (text: string): string => JSON.stringify(text);
const rounded = (value: number): string => String(Number(value.toPrecision(4)));

const isRegression = ({ target }: AboutTarget): boolean => target.problem === "regression";

/** The rows of the classes of a classification, the most frequent first; undefined of a regression, and of one class. */
const classesOf = ({ target: { classes } }: AboutTarget) => (classes && classes.length > 1 ? classes : undefined);

/** The share of the target's values that are no numbers. */
const invalidShare = ({ column }: AboutTarget): number => column.invalid / Math.max(1, column.rows - column.missing);

const valuesWords = (about: AboutTarget): string => {
  const { invalid } = about.column;
  return `${counted(invalid, "value")} (${percent(invalidShare(about))}) ${invalid === 1 ? "is no number" : "are no numbers"}.`;
};

/** The values of the target. Rules and thresholds of these tables are those of Data Wrangler's report. */
export const targetRules: readonly Rule<AboutTarget>[] = [
  {
    id: "skewed_target",
    severity: "high",
    title: "Skewed target",
    rule: "Regression: the target has outliers, and its skew is above 3 or below -3.",
    advice:
      "Errors on the extreme values would rule the model. Take the logarithm of the target, clip its outliers, or learn with a loss that is robust to them.",
    finds: (about) => {
      const { outliers = 0, skew } = about.column.numbers ?? {};
      if (!isRegression(about) || outliers === 0 || skew == null || Math.abs(skew) <= 3) return undefined;
      return `The skew is ${rounded(skew)}, and ${counted(outliers, "value is an outlier", "values are outliers")}.`;
    },
  },
  {
    id: "heavy_tailed_target",
    severity: "high",
    title: "Heavy-tailed target",
    rule: "Regression: the kurtosis is above 10 (of a normal distribution it is 3).",
    advice:
      "Look whether the extreme values are right. Clip or transform them, or learn with a loss that is robust to them.",
    finds: (about) => {
      const kurtosis = about.column.numbers?.kurtosis;
      return isRegression(about) && kurtosis != null && kurtosis > 10
        ? `The kurtosis is ${rounded(kurtosis)}.`
        : undefined;
    },
  },
  {
    id: "target_outliers",
    severity: "medium",
    title: "Target has a few outliers",
    rule: "Regression: the target has outliers, and its kurtosis is above 3 and at most 10.",
    advice: "Look whether these values are right; clip or remove those that are not.",
    finds: (about) => {
      const { kurtosis, outliers = 0 } = about.column.numbers ?? {};
      if (!isRegression(about) || outliers === 0 || kurtosis == null || !(kurtosis > 3 && kurtosis <= 10))
        return undefined;
      return `${counted(outliers, "value is an outlier", "values are outliers")}; the kurtosis is ${rounded(kurtosis)}.`;
    },
  },
  {
    id: "frequent_label",
    severity: "medium",
    title: "Frequent label in a regression",
    rule: "Regression: more than 10 % of the values, and more than 5 times their part if all were as frequent, are the same.",
    advice:
      "Such a value often stands for a missing one. Look what it means; take its rows out, or predict it by a model of its own.",
    finds: (about) => {
      const { distinct, missing, rows, top } = about.column;
      const share = (top[0]?.rows ?? 0) / Math.max(1, rows - missing);
      if (!isRegression(about) || !distinct || distinct < 2 || share <= Math.max(0.1, 5 / distinct)) return undefined;
      return `${percent(share)} of the values are ${quoted(top[0]!.value)}.`;
    },
  },
  {
    id: "many_non_numeric_labels",
    severity: "high",
    title: "Many values of the target are no numbers",
    rule: "Regression: more than 5 % of the target's values are no numbers.",
    advice: "Parse or repair these values, take their rows out, or choose a classification.",
    finds: (about) => (isRegression(about) && invalidShare(about) > 0.05 ? valuesWords(about) : undefined),
  },
  {
    id: "non_numeric_labels",
    severity: "medium",
    title: "Some values of the target are no numbers",
    rule: "Regression: some of the target's values, at most 5 %, are no numbers.",
    advice: "Parse or repair these values, or take their rows out.",
    finds: (about) =>
      isRegression(about) && invalidShare(about) > 0 && invalidShare(about) <= 0.05 ? valuesWords(about) : undefined,
  },
  {
    id: "very_small_minority",
    severity: "high",
    title: "Very small minority class",
    rule: "Binary classification: fewer than 20 rows have the rarer class.",
    advice: "Gather more rows of this class; so few can neither be learned from nor scored on.",
    finds: (about) => {
      const classes = classesOf(about);
      const least = classes?.[1];
      if (classes?.length !== 2 || least === undefined || least.rows >= 20) return undefined;
      return `${counted(least.rows, "row has", "rows have")} the class ${quoted(least.value)}.`;
    },
  },
  {
    id: "too_many_classes",
    severity: "medium",
    title: "Too many classes",
    rule: "Classification: more than 100 classes.",
    advice: "Join rare classes, or look whether the target is a number, a text or an identifier.",
    finds: ({ target }) =>
      target.problem === "classification" && target.distinct > 100
        ? `The target has ${target.distinct} classes.`
        : undefined,
  },
  {
    id: "rare_classes",
    severity: "high",
    title: "Too few rows of some classes",
    rule: "Classification of more than two classes: a class has 10 rows or fewer.",
    advice: "Gather more rows of these classes, join them with others, or take their rows out.",
    finds: (about) => {
      const classes = classesOf(about);
      const few = classes && classes.length > 2 ? classes.filter(({ rows }) => rows <= 10) : [];
      if (few.length === 0) return undefined;
      const shown = few.slice(0, 5).map(({ rows, value }) => `${quoted(value)} (${rows})`);
      return `${counted(few.length, "class has", "classes have")} 10 rows or fewer: ${shown.join(", ")}${few.length > 5 ? ", …" : ""}.`;
    },
  },
  {
    id: "imbalanced_classes",
    severity: "medium",
    title: "Classes are too imbalanced",
    rule: "Classification: a class has less than 1 % of the rows of the most frequent one.",
    advice:
      "Balance the rows (oversampling, SMOTE, undersampling), weigh the classes, and score by balanced accuracy or F1.",
    finds: (about) => {
      const classes = classesOf(about);
      const few = classes?.filter(({ rows }) => rows < 0.01 * classes[0]!.rows) ?? [];
      if (few.length === 0) return undefined;
      const least = few.at(-1)!;
      return `${counted(few.length, "class is", "classes are")} that rare; ${quoted(least.value)} has ${counted(least.rows, "row")}, ${quoted(classes![0]!.value)} ${classes![0]!.rows}.`;
    },
  },
  {
    id: "missing_labels",
    severity: "medium",
    title: "Rows without a target",
    rule: "The target is missing in some rows.",
    advice: "Such rows are of no use for learning: take them out, or find their labels.",
    finds: ({ target, column }) =>
      target.missing > 0 && target.missing < column.rows
        ? `${counted(target.missing, "row")} (${percent(target.missing / column.rows)}) ${target.missing === 1 ? "has" : "have"} no target.`
        : undefined,
  },
  {
    id: "constant_target",
    severity: "high",
    title: "The target is constant",
    rule: "The target has one value, or none.",
    advice: "There is nothing to learn. Choose another target, or add rows with other values.",
    finds: ({ target }) =>
      target.distinct <= 1 ? `The target has ${target.distinct === 1 ? "one value" : "no value"}.` : undefined,
  },
];

const disguises = ["UNKNOWN", "UNK", "NA", "N/A", "NULL", "MISSING", "?", "??", "???", "-", "NAN", "TBD"];

/** Each column. */
export const columnRules: readonly Rule<AboutColumn>[] = [
  {
    id: "target_leakage",
    severity: "high",
    title: "Possible target leakage",
    rule: "The prediction power of the feature alone is above 0.95.",
    advice:
      "Look whether the feature is known when a prediction is to be made; a copy or a consequence of the target must be taken out.",
    finds: ({ column, isTarget }) =>
      !isTarget && column.power && column.power.power > 0.95
        ? `The feature alone predicts the target with a power of ${rounded(column.power.power)}.`
        : undefined,
  },
  {
    id: "uninformative_feature",
    severity: "low",
    title: "Uninformative feature",
    rule: "The prediction power of the feature alone is 0.",
    advice: "The feature tells nothing by itself. It may with others; taking it out makes models smaller.",
    finds: ({ column, isTarget }) =>
      !isTarget && column.power && column.power.power <= 0 && (column.distinct ?? 2) > 1
        ? "The feature alone predicts the target no better than chance."
        : undefined,
  },
  {
    id: "constant_column",
    severity: "low",
    title: "Constant column",
    rule: "The column has one value.",
    advice: "Take the column out: it tells nothing.",
    finds: ({ column, isTarget }) =>
      !isTarget && column.distinct === 1 ? `All values are ${quoted(column.top[0]?.value ?? "")}.` : undefined,
  },
  {
    id: "empty_column",
    severity: "medium",
    title: "Empty column",
    rule: "The column has no value in any row.",
    advice: "Take the column out, or look why it was not filled.",
    finds: ({ column }) => (column.feature === "empty" && column.rows > 0 ? "The column has no value." : undefined),
  },
  {
    id: "high_missing_ratio",
    severity: "medium",
    title: "Many values are missing",
    rule: "More than 50 % of the values are missing (null, empty, blank, or no number).",
    advice: "Fill the missing values, add an indicator of what is missing, or take the column out.",
    finds: ({ column }) =>
      column.feature !== "empty" && column.missing > 0.5 * column.rows
        ? `${column.missing} of ${column.rows} values (${percent(column.missing / column.rows)}) ${isOrAre(column.missing)} missing.`
        : undefined,
  },
  {
    id: "disguised_missing_number",
    severity: "medium",
    title: "A number may stand for missing values",
    rule: "One value of more than 20 has more than 10 % of the rows, and more than 10 times those of the next.",
    advice: "Look what the value means. If it stands for a missing one, replace it with null.",
    finds: ({ column: { distinct, feature, missing, rows, top }, isTarget }) => {
      const [first, second] = top;
      if (isTarget || feature !== "numeric" || !distinct || distinct <= 20 || !first || !second) return undefined;
      if (first.rows <= 0.1 * (rows - missing) || first.rows <= 10 * second.rows) return undefined;
      return `${counted(first.rows, "row has", "rows have")} ${first.value}, the next value ${second.rows}.`;
    },
  },
  {
    id: "disguised_missing_values",
    severity: "medium",
    title: "Words that stand for missing values",
    rule: `A frequent value of the texts is one of ${disguises.join(", ")}, in any case of letters.`,
    advice: "Replace the word with null.",
    finds: ({ column }) => {
      if (!column.texts) return undefined;
      const found = column.top.filter(({ value }) => disguises.includes(value.trim().toUpperCase()));
      return found.length > 0
        ? found
            .map(({ rows, value }) => `${counted(rows, "row has", "rows have")} ${quoted(value)}`)
            .join(", ")
            .concat(".")
        : undefined;
    },
  },
  {
    id: "rare_categories",
    severity: "medium",
    title: "Rare categories",
    rule: "More than 2 categories have less than 5 % of the rows of the most frequent one.",
    advice: 'Join them into one ("Replace rare values"), or look whether they are other spellings.',
    finds: ({ column: { rareCategories: rare = 0 }, isTarget }) =>
      !isTarget && rare > 2 ? `${rare} categories are that rare.` : undefined,
  },
  {
    id: "invalid_values",
    severity: "medium",
    title: "Values of another type",
    rule: "Some values are not of the type that most have.",
    advice: "Parse the column as its type, and look at what cannot be parsed.",
    finds: ({ column, isTarget }) =>
      !isTarget && column.invalid > 0
        ? `${column.invalid} of ${column.rows - column.missing} values ${isOrAre(column.invalid)} not ${column.feature}.`
        : undefined,
  },
  {
    id: "text_pattern",
    severity: "medium",
    title: "A pattern with exceptions",
    rule: "A pattern covers at least 85 % of the texts and not all.",
    advice: "Look at the texts that do not have the pattern: they may be errors.",
    finds: ({ column }) => {
      const found = column.texts?.patterns.find(({ share }) => share >= 0.85 && share < 1);
      if (found === undefined) return undefined;
      return `${found.pattern} covers ${percent(found.share)}; others are ${found.others.map(quoted).join(", ")}.`;
    },
  },
  {
    id: "id_column",
    severity: "low",
    title: "Column of identifiers",
    rule: "Texts, or whole numbers without a gap, that are all different, in at least 20 rows.",
    advice: "Take the column out before learning: a model would remember rows, not learn from them.",
    finds: ({ column, isTarget }) => {
      const { distinct, feature, missing, numbers, rows } = column;
      if (isTarget || rows < 20 || missing > 0 || distinct !== rows) return undefined;
      const isSequence = numbers?.wholes === rows && numbers.max! - numbers.min! === rows - 1;
      const isName = column.texts !== undefined && feature === "text" && column.texts.longest <= 40;
      return isSequence || isName ? "All values are different." : undefined;
    },
  },
  {
    id: "high_cardinality",
    severity: "low",
    title: "High cardinality",
    rule: "More than 90 % of the texts are different, and not all.",
    advice: "Such a column is of use as a text (vectorize it), not as categories.",
    finds: ({ column: { distinct, feature, missing, rows }, isTarget }) =>
      !isTarget &&
      feature === "text" &&
      distinct !== null &&
      rows >= 20 &&
      distinct > 0.9 * (rows - missing) &&
      distinct < rows - missing
        ? `${distinct} of ${rows - missing} texts are different.`
        : undefined,
  },
];

/** All rows, and the model of them. */
export const tableRules: readonly Rule<WarningFacts>[] = [
  {
    id: "many_duplicate_rows",
    severity: "high",
    title: "Many duplicate rows",
    rule: "More than 5 % of the rows are equal to another, all copies counted.",
    advice:
      'Drop the copies ("Drop duplicates"), unless each was measured: copies on both sides of a split make scores too good.',
    finds: ({ duplicates: { duplicates, ratio, rows } }) =>
      ratio > 0.05 ? `${duplicates} of ${rows} rows (${percent(ratio)}) are equal to another.` : undefined,
  },
  {
    id: "duplicate_rows",
    severity: "medium",
    title: "Duplicate rows",
    rule: "Some rows, at most 5 %, are equal to another, all copies counted.",
    advice: 'Drop the copies ("Drop duplicates"), unless each was measured.',
    finds: ({ duplicates: { duplicates, ratio, rows } }) =>
      ratio > 0 && ratio <= 0.05
        ? `${duplicates} of ${rows} rows (${percent(ratio)}) are equal to another.`
        : undefined,
  },
  {
    id: "very_low_quick_model_score",
    severity: "high",
    title: "The quick model predicts nothing",
    rule: "The score of the quick model (R², balanced accuracy) is below that of a trivial one.",
    advice: "The features may tell nothing of the target. Look at its labels, and gather other features or more rows.",
    finds: ({ model }) => {
      const [score, trivial] = mainScore(model);
      return score !== undefined && score < trivial
        ? `The score is ${rounded(score)}, that of a trivial model ${rounded(trivial)}.`
        : undefined;
    },
  },
  {
    id: "low_quick_model_score",
    severity: "medium",
    title: "The quick model predicts little",
    rule: "The score of the quick model is not below that of a trivial one, and less than 5 % of the way from it to the best.",
    advice: "Features of more meaning, more rows, or cleaner labels may help.",
    finds: ({ model }) => {
      const [score, trivial] = mainScore(model);
      return score !== undefined && score >= trivial && score < 0.05 + 0.95 * trivial
        ? `The score is ${rounded(score)}, that of a trivial model ${rounded(trivial)}.`
        : undefined;
    },
  },
];

function mainScore(model: QuickModelInsights | null): readonly [score: number | undefined, trivial: number] {
  if (model === null) return [undefined, 0];
  const name = model.task === "regression" ? "r2" : "balancedAccuracy";
  return [model.scores[name] ?? undefined, model.trivial[name] ?? 0];
}

const order: readonly Severity[] = ["high", "medium", "low"];

/** All warnings, the most severe first; of equal ones those of the table, of the target, and of columns in their order. */
export function warningsOf(facts: WarningFacts): InsightsReport["warnings"] {
  const warnings: Warning[] = [];
  const look = <About>(rules: readonly Rule<About>[], about: About, column?: string) => {
    for (const { finds, ...rule } of rules) {
      const text = finds(about);
      if (text !== undefined) warnings.push({ ...rule, ...(column !== undefined && { column }), text });
    }
  };
  look(tableRules, facts);
  const { columns, target } = facts;
  const own = columns.find(({ column }) => column === target?.column);
  if (target && own) look(targetRules, { target, column: own }, target.column);
  for (const column of columns) look(columnRules, { column, isTarget: column === own }, column.column);
  return warnings.toSorted((one, other) => order.indexOf(one.severity) - order.indexOf(other.severity));
}
