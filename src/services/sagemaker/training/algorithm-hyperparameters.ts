import { type Fault, validationFault } from "../../../aws/faults.ts";
import type { InputOf } from "../../../wire/operations.ts";

type Training = InputOf<typeof import("@aws-sdk/client-sagemaker"), "CreateAlgorithm">["TrainingSpecification"];
export type HyperparameterSpecification = NonNullable<Training["SupportedHyperParameters"]>[number];

/** Returns why a value is not one of a hyperparameter's; undefined when it is. */
type Check = (value: string, specification: HyperparameterSpecification) => string | undefined;

const inRange = (number: number, range: { readonly MinValue?: string; readonly MaxValue?: string } | undefined) =>
  range === undefined || (number >= Number(range.MinValue) && number <= Number(range.MaxValue))
    ? undefined
    : `must be from ${range.MinValue} to ${range.MaxValue}`;

/** The types of hyperparameters, with the member of a range that each has. */
const types: Readonly<Record<string, { readonly range: string | undefined; readonly check: Check }>> = {
  Integer: {
    range: "IntegerParameterRangeSpecification",
    check: (value, { Range }) =>
      /^\s*[-+]?\d+\s*$/.test(value)
        ? inRange(Number(value), Range?.IntegerParameterRangeSpecification as undefined)
        : "must be a whole number",
  },
  Continuous: {
    range: "ContinuousParameterRangeSpecification",
    check: (value, { Range }) =>
      value.trim() !== "" && Number.isFinite(Number(value))
        ? inRange(Number(value), Range?.ContinuousParameterRangeSpecification as undefined)
        : "must be a number",
  },
  Categorical: {
    range: "CategoricalParameterRangeSpecification",
    check: (value, { Range }) => {
      const values = Range?.CategoricalParameterRangeSpecification?.Values;
      return values === undefined || values.includes(value) ? undefined : `must be one of ${values.join(", ")}`;
    },
  },
  FreeText: { range: undefined, check: () => undefined },
};

/** Refuses specifications that contradict themselves. */
export function checkHyperparameterSpecifications(specifications: readonly HyperparameterSpecification[]): void {
  const names = new Set<string>();
  for (const specification of specifications) {
    const { Name, Type, Range, DefaultValue, IsTunable } = specification;
    const refuse = (words: string): Fault => validationFault(`The hyperparameter "${Name}" ${words}.`);
    if (names.has(Name!)) throw refuse("is specified twice");
    names.add(Name!);
    const { range, check } = types[Type!]!;
    const given = Object.entries(Range ?? {}).flatMap(([member, value]) => (value === undefined ? [] : member));
    const other = given.find((member) => member !== range);
    if (other) throw refuse(`is of the type ${Type}, and its range is a ${other}`);
    if (IsTunable && range && given.length === 0) throw refuse(`is tunable and has no Range.${range}`);
    const fault = DefaultValue === undefined ? undefined : check(DefaultValue, specification);
    if (fault) throw refuse(`has the default value "${DefaultValue}", which ${fault}`);
  }
}

/**
 * Checks a job's hyperparameters by the specifications of its algorithm.
 *
 * @returns them with the default values of those that are left out
 */
export function withDefaults(
  given: Readonly<Record<string, string>>,
  specifications: readonly HyperparameterSpecification[],
): Record<string, string> {
  const known = new Map(specifications.map((one) => [one.Name!, one]));
  for (const [name, value] of Object.entries(given)) {
    const specification = known.get(name);
    if (!specification)
      throw validationFault(
        `The algorithm has no hyperparameter "${name}". It has: ${[...known.keys()].join(", ") || "none"}.`,
      );
    const fault = types[specification.Type!]!.check(value, specification);
    if (fault) throw validationFault(`The hyperparameter "${name}" is "${value}"; it ${fault}.`);
  }
  const complete = { ...given };
  for (const { Name, IsRequired, DefaultValue } of specifications) {
    if (Object.hasOwn(complete, Name!)) continue;
    if (DefaultValue !== undefined) complete[Name!] = DefaultValue;
    else if (IsRequired) throw validationFault(`The hyperparameter "${Name}" is required by the algorithm.`);
  }
  return complete;
}
