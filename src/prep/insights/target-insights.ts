import { counted } from "../../base/counted.ts";
import type { AnalysisEngine } from "../do-analysis.ts";
import type { Relation } from "../sql/relation.ts";
import type { KnownColumn } from "./column-insights.ts";
import { topValues } from "./count-columns.ts";
import type { TargetInsights } from "./insights-report.ts";

/** More classes than these are not told apart. */
export const mostClasses = 2_000;
const obviousClasses = 5;
const possibleClasses = 100;
/** Of whole numbers that may be classes, values are fewer than this share of the rows. */
const shareOfClasses = 0.05;

/** Looks at the target: which problem it poses, given or told by its values, and its classes. */
export async function lookAtTarget(
  input: Relation,
  { column, counts, insights }: KnownColumn,
  given: "classification" | "regression" | undefined,
  engine: AnalysisEngine,
): Promise<TargetInsights> {
  const distinct = insights.distinct ?? 0;
  const told = problemOf(insights.feature, distinct, insights.valid, insights.numbers?.wholes === insights.valid);
  const problem = given ?? told.problem;
  const named = {
    column: column.name,
    problem,
    given: given !== undefined,
    because: given === undefined ? told.because : `The problem was given as ${given}.`,
    missing: insights.missing,
    distinct,
  };
  if (problem === "regression") return named;
  const longest = counts.longest === undefined ? {} : { longest: counts.longest };
  const { top } = await topValues(input, column, engine, { ...longest, most: mostClasses + 1 });
  return { ...named, classes: top };
}

function problemOf(feature: string, distinct: number, values: number, isWhole: boolean) {
  if (feature !== "numeric" && feature !== "binary")
    return { problem: "classification", because: `The target is ${feature}, not numeric.` } as const;
  if (distinct <= obviousClasses)
    return { problem: "classification", because: `The target has ${counted(distinct, "value")}.` } as const;
  if (isWhole && distinct <= possibleClasses && distinct < shareOfClasses * values)
    return {
      problem: "classification",
      because: `The target has ${counted(distinct, "value")}, all whole numbers, in ${counted(values, "row")}.`,
    } as const;
  return { problem: "regression", because: `The target is numeric and has ${counted(distinct, "value")}.` } as const;
}
