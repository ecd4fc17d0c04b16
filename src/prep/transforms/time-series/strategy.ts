import { choice, list } from "../../../base/params.ts";
import type { FeatureFamily } from "../../../ml/series/features/feature-family.ts";
import { featureFamilies, namesOf } from "../../../ml/series/series-features.ts";
import { as, call, choose, column, type Expression, literal } from "../../sql/expression.ts";
import { type Named, onlyColumns, type Relation, unusedName, withColumns } from "../../sql/relation.ts";
import { StepFault } from "../../step-fault.ts";
import { presentOf } from "./series-list.ts";

const known = featureFamilies.map(({ name }) => name);
const chosen = "strategy_Manual subset_parameters.features";

/** How many features are made of a series: subsets of tsfresh's catalogue. */
export const strategyParams = {
  strategy: choice(["Minimal subset", "Efficient subset", "All features", "Manual subset"], {
    default: "Minimal subset",
  }),
  [chosen]: list(choice(known, { required: true })),
};

interface Strategy {
  readonly strategy: string;
  readonly [chosen]: readonly string[] | undefined;
}

/** The features that a step makes; undefined for the minimal subset, which is made without code. */
export function chosenFamilies({ strategy, [chosen]: names }: Strategy): readonly FeatureFamily[] | undefined {
  switch (strategy) {
    case "Minimal subset":
      return undefined;
    case "Efficient subset":
      return featureFamilies.filter(({ costly }) => !costly);
    case "All features":
      return featureFamilies;
    default:
      if (names === undefined || names.length === 0)
        throw new StepFault(
          `The manual subset is empty; name features in "${chosen}", such as mean or autocorrelation.`,
        );
      return featureFamilies.filter(({ name }) => names.includes(name));
  }
}

/** A relation with the features of a series in each row: columns `<name>__<feature>`, or a vector `whole`. Without a value in the series they are null. */
export function withFeatures(
  input: Relation,
  series: Expression,
  families: readonly FeatureFamily[],
  name: string,
  whole: string | undefined,
): Relation {
  const words = families.map((one) => one.name).join(" ");
  const present = presentOf(series);
  const made = choose([[call("greater", call("listLength", present), 0), call("seriesFeatures", present, words)]]);
  if (whole !== undefined) return withColumns(input, [{ name: whole, value: as(made, { kind: "vector" }) }]);
  const list = unusedName(input.columns, "features");
  const rows = withColumns(input, [{ name: list, value: made }]);
  const features = column(rows.columns.at(-1)!);
  const columns = namesOf(families).map(
    (feature, at): Named => ({ name: `${name}__${feature}`, value: call("elementAt", features, literal(at + 1)) }),
  );
  const all = withColumns(rows, columns);
  return onlyColumns(
    all,
    all.columns.filter((one) => one.name !== list),
  );
}
