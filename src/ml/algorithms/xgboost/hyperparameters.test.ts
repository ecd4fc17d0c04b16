import { describe, expect, it } from "vitest";
import schemas from "./goldens/schemas.json" with { type: "json" };
import { hyperparametersOf, readHyperparameters } from "./hyperparameters.ts";
import { versionNames } from "./versions.ts";

/** A line of schemas.json: type, interval or allowed words, and whether it is required or tuned. */
function readSchema(line: string) {
  const [type, range, flags] = line.split(" | ") as [string, string, string];
  return { type, range, required: flags.includes("required"), tunable: flags.includes("tunable") };
}

const kindsOf = (name: string, value: string, version: string): string[] => {
  const needed = { num_round: "1", objective: "reg:squarederror" };
  const { problems } = readHyperparameters({ ...needed, [name]: value }, version);
  return problems.filter((problem) => problem.name === name).map(({ kind }) => kind);
};
const isAllowed = (name: string, value: string, version: string) =>
  kindsOf(name, value, version).every((kind) => kind === "not-built");

/** Values at and beyond the ends of an interval such as "(0, 1]", with whether the schema allows them. */
function ends(range: string, isInteger: boolean): [value: string, allowed: boolean][] {
  const [, open, low, high, close] = /^([[(])(\S+), (\S+)([\])])$/.exec(range)!;
  const step = isInteger ? 1 : 0.01;
  const text = (value: number) => String(isInteger ? value : Number(value.toFixed(4)));
  return [
    ...(low === "-inf"
      ? []
      : ([
          [text(Number(low)), open === "["],
          [text(Number(low) - step), false],
          [text(Number(low) + step), true],
        ] as [string, boolean][])),
    ...(high === "+inf"
      ? []
      : ([
          [text(Number(high)), close === "]"],
          [text(Number(high) + step), false],
        ] as [string, boolean][])),
  ];
}

/** What XGBoost itself refuses although the schema allows it. */
const stricter = new Set(["max_bin 0", "max_bin 1", "max_bin 0.99"]);

describe.each(Object.entries(schemas))("version %s, held against its container's schema", (version, schema) => {
  const known = Object.fromEntries(Object.entries(schema.known).map(([name, line]) => [name, readSchema(line)]));

  it("knows the same names, and the same aliases", () => {
    expect(Object.keys(hyperparametersOf(version)).sort()).toEqual(Object.keys(known).sort());
    for (const [alias, name] of Object.entries(schema.aliases)) {
      const { values, problems } = readHyperparameters({ num_round: "1", [alias]: "0.25" }, version);
      expect(problems).toEqual([]);
      expect(values[name as "eta"]).toBe(0.25);
    }
    expect(kindsOf("learning_rate", "0.25", version)).toEqual("learning_rate" in schema.aliases ? [] : ["unknown"]);
  });

  it("requires and tunes the same", () => {
    const mine = Object.entries(hyperparametersOf(version));
    for (const [name, { required }] of mine) expect(required, name).toBe(known[name]!.required);
    // base_score and scale_pos_weight are tuned by nobody's schema; AWS's guide lists what is.
    for (const [name, { tunable }] of mine) if (known[name]!.tunable) expect(tunable, name).toBe(true);
  });

  it("allows the same values", () => {
    for (const [name, { type, range }] of Object.entries(known)) {
      if (range === "metrics" || type === "FreeText") continue;
      const words = range.split(" ").map((value): [string, boolean] => [value, true]);
      const cases: [string, boolean][] = /^[[(]/.test(range)
        ? ends(range, type === "Integer")
        : [...words, ["no-such-value", false]];
      for (const [value, allowed] of cases)
        if (!stricter.has(`${name} ${value}`))
          expect(isAllowed(name, value, version), `${name} ${value}`).toBe(allowed);
    }
  });
});

describe("values", () => {
  it("of a version that does not know a hyperparameter are its default", () => {
    for (const version of versionNames) {
      const { values, problems } = readHyperparameters({ num_round: "3" }, version);
      expect(problems).toEqual([]);
      expect(values).toMatchObject({ num_round: 3, eta: 0.3, colsample_bynode: 1, num_parallel_tree: 1, seed: 0 });
      expect(values.objective).toBe(version === "1" ? "reg:linear" : "reg:squarederror");
    }
  });

  it.each([
    ["reg:logistic", "objective", "not-built"],
    ["reg:nothing", "objective", "value"],
    ["aucpr", "eval_metric", "not-built"],
    ["ndcg@5", "eval_metric", "not-built"],
    ["error@0.7", "eval_metric", undefined],
    ["auc@0.7", "eval_metric", "value"],
    ["error@high", "eval_metric", "value"],
    ["dart", "booster", "not-built"],
    ["prune,refresh", "updater", "not-built"],
    ["grow_gpu", "updater", "value"],
    ["4", "num_parallel_tree", "not-built"],
    ["1", "num_parallel_tree", undefined],
    ["100000", "max_bin", "not-built"],
    ["[[1,2],[3]]", "interaction_constraints", "not-built"],
    ["[1,2]", "interaction_constraints", "value"],
    ["(1,-1)", "monotone_constraints", "not-built"],
    ["(1,2)", "monotone_constraints", "value"],
    ["True", "save_model_on_termination", "value"],
    [" 5 ", "max_depth", undefined],
    ["1e3", "max_depth", "value"],
    ["1e-3", "eta", undefined],
    [" .5 ", "eta", undefined],
    ["nan", "eta", "value"],
    ["inf", "eta", "value"],
    ["inf", "gamma", undefined],
    ["Infinity", "lambda", undefined],
    ["inf", "base_score", "value"],
  ])("%s of %s is told apart: %s", (value, name, kind) => {
    expect(kindsOf(name, value, "1.7-1")).toEqual(kind ? [kind] : []);
  });

  it("says which versions know what this one does not", () => {
    const { problems } = readHyperparameters({ num_round: "1", silent: "0", _kfold: "2" }, "1.2-1");
    expect(problems.map(({ message }) => message)).toEqual([
      "silent is not known to version 1.2-1; it is to 1, 0.90-1, 0.90-2, 1.0-1.",
      "_kfold is not known to version 1.2-1; it is to 1.2-2, 1.3-1, 1.5-1, 1.7-1, 3.0-5.",
    ]);
  });

  it("refuses as the containers do what is no whole number, of each hyperparameter that must be one", () => {
    const known = Object.entries(hyperparametersOf("1.7-1")).filter(
      ([, { isReadable }]) => isReadable?.("4.0") === false,
    );
    expect(known.map(([name]) => name)).toEqual(
      ["num_round", "num_class", "max_depth", "max_bin", "early_stopping_rounds", "seed", "csv_weights"].concat(
        ["verbosity", "nthread", "refresh_leaf", "one_drop", "prob_buffer_row", "max_leaves", "num_parallel_tree"],
        ["_kfold", "_num_cv_round"],
      ),
    );
    for (const [name] of known)
      for (const value of ["4.0", "1e0", "nan", "", "four"]) {
        const { problems } = readHyperparameters({ num_round: "1", [name]: value }, "1.7-1");
        expect(problems.map(({ message }) => message)).toEqual([
          expect.stringContaining(
            `Hyperparameter ${name}: could not parse value (caused by ValueError). It is "${value}"; `,
          ),
        ]);
      }
    const { problems } = readHyperparameters({ num_round: "1", max_depth: "4.0", eta: "fast" }, "1.7-1");
    expect(problems.map(({ message }) => message)).toEqual([
      'Hyperparameter eta: could not parse value (caused by ValueError). It is "fast"; give a number from 0 to 1.',
      'Hyperparameter max_depth: could not parse value (caused by ValueError). It is "4.0"; give a whole number of at least 0.',
    ]);
  });

  it("never advises what would be refused too, in any version", () => {
    for (const version of versionNames)
      for (const [name, param] of Object.entries(hyperparametersOf(version))) {
        if (!param.choices && !param.built) continue;
        for (const value of ["no-such-value", "0", "7", ...(param.choices ?? [])]) {
          const given = { num_round: "3", [name]: String(value) };
          for (const { message } of readHyperparameters(given, version).problems) {
            const [, words] = /; give (?:a list.*each )?(?:one of )?(.*)\.$/.exec(message) ?? [];
            if (words === undefined) expect(message, message).toMatch(/; leave it out\.$/);
            for (const advised of words?.replaceAll('"', "").replace("error@THRESHOLD", "error@0.7").split(", ") ?? [])
              expect(readHyperparameters({ ...given, [name]: advised }, version).problems, message).toEqual([]);
          }
        }
      }
  });

  it("takes a hyperparameter by one name only", () => {
    const { problems } = readHyperparameters({ num_round: "1", eta: "0.1", learning_rate: "0.2" }, "1.7-1");
    expect(problems).toMatchObject([{ message: "eta and learning_rate are one hyperparameter; give one of them." }]);
  });
});
