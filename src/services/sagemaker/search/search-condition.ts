import { validationFault } from "../../../aws/faults.ts";
import type { NumberRelation, PropertyCondition, SearchCondition, ValueTest } from "../../../stores/search/port.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { readNumber } from "./property-values.ts";
import type { PropertyType, SearchedProperties } from "./searched-properties.ts";

type SearchInput = InputOf<typeof import("@aws-sdk/client-sagemaker"), "Search">;
type Expression = NonNullable<SearchInput["SearchExpression"]>;
type Filter = NonNullable<Expression["Filters"]>[number];

/** Filters, nested filters and expressions of one request, at all depths. */
const mostParts = 50;

/** Reads the conditions of a request. @throws Fault in AWS's words for what Search does not take */
export function searchCondition(
  { SearchExpression, VisibilityConditions = [] }: SearchInput,
  properties: SearchedProperties,
): SearchCondition {
  const visible = VisibilityConditions.map(({ Key = "", Value = "" }): SearchCondition => {
    if (!/^Tags\../.test(Key))
      throw validationFault(`The key of a visibility condition is "${Key}"; it must be Tags.<key>.`);
    return { path: Key, test: { is: "equal", text: Value } };
  });
  if (!SearchExpression) return { all: visible };
  checkParts(SearchExpression);
  return { all: [...visible, ofExpression(SearchExpression, properties)] };
}

function ofExpression(expression: Expression, properties: SearchedProperties): SearchCondition {
  const { Filters = [], NestedFilters = [], SubExpressions = [], Operator = "And" } = expression;
  if (Filters.length + NestedFilters.length + SubExpressions.length === 0)
    throw validationFault("A search expression needs at least one of Filters, NestedFilters and SubExpressions.");
  const parts: SearchCondition[] = [
    ...Filters.map((filter) => ofFilter(filter, properties)),
    ...NestedFilters.map(({ NestedPropertyName: list, Filters: nested }) => {
      if (!properties.lists.has(list!))
        throw validationFault(
          `The property ${list} has no nested properties. Those that have: ${[...properties.lists].join(", ")}.`,
        );
      const outside = nested!.find(({ Name }) => !Name!.startsWith(`${list}.`));
      if (outside) throw validationFault(`The nested filter ${outside.Name} must begin with ${list}.`);
      return { elementOf: list!, all: nested!.map((filter) => ofFilter(filter, properties)) };
    }),
    ...SubExpressions.map((inner) => ofExpression(inner, properties)),
  ];
  return Operator === "Or" ? { any: parts } : { all: parts };
}

function checkParts(expression: Expression): void {
  let parts = 0;
  let contains = 0;
  const count = ({ Filters = [], NestedFilters = [], SubExpressions = [] }: Expression): void => {
    const filters = [...Filters, ...NestedFilters.flatMap(({ Filters: nested }) => nested ?? [])];
    parts += filters.length + NestedFilters.length + SubExpressions.length;
    contains += filters.filter(({ Operator }) => Operator === "Contains").length;
    for (const inner of SubExpressions) count(inner);
  };
  count(expression);
  if (contains > 1) throw validationFault("'CONTAINS' operator usage limit of 1 exceeded.");
  if (parts > mostParts)
    throw validationFault(
      `The search expression has ${parts} filters and expressions; at most ${mostParts} are allowed.`,
    );
}

const relations: Readonly<Record<string, NumberRelation>> = {
  Equals: "=",
  NotEquals: "=",
  GreaterThan: ">",
  GreaterThanOrEqualTo: ">=",
  LessThan: "<",
  LessThanOrEqualTo: "<=",
};

function ofFilter({ Name, Operator = "Equals", Value }: Filter, properties: SearchedProperties): PropertyCondition {
  const path = Name!;
  const type = properties.typeOf(path);
  if (Operator === "Exists" || Operator === "NotExists") {
    if (Value !== undefined)
      throw validationFault(`The filter ${path} has a value, which the operator ${Operator} does not take.`);
    return { path, test: { is: "there" }, not: Operator === "NotExists" };
  }
  if (Value === undefined) throw validationFault(`The filter ${path} with the operator ${Operator} needs a value.`);
  return { path, test: testOf(path, type, Operator, Value), not: Operator === "NotEquals" };
}

function testOf(path: string, type: PropertyType, operator: string, value: string): ValueTest {
  const unsupported = (kind: string) =>
    validationFault(`The operator ${operator} is not supported for the ${kind} property ${path}.`);
  if (type === "structure") throw unsupported("nested");
  const isText = type === "text" || type === "truth" || type === "text or number";
  if (operator === "Contains" || operator === "In") {
    if (!isText) throw unsupported(type);
    return operator === "Contains"
      ? { is: "containing", text: value }
      : { is: "one of", texts: value.split(",").map((word) => word.trim()) };
  }
  const is = relations[operator]!;
  if (type === "number" || type === "time")
    return { is, number: type === "time" ? timeOf(path, value) : numberOf(path, value) };
  const number = type === "text or number" ? readNumber(value) : undefined;
  // AWS compares a decimal value with a whole number as if it were whole.
  if (number !== undefined) return { is, number, whole: /^\s*[-+]?\d+\s*$/.test(value) };
  if (is !== "=") throw unsupported("text");
  return { is: "equal", text: value };
}

function numberOf(path: string, value: string): number {
  const number = readNumber(value);
  if (number === undefined) throw validationFault(`The value "${value}" of the filter ${path} must be a number.`);
  return number;
}

/** Between date and time of day there may be a blank in place of the T. */
const time = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?\s*([zZ]|[-+]\d\d:?\d\d)?)?$/;

function timeOf(path: string, value: string): number {
  const [isTime, timeOfDay, , , zone] = time.exec(value.trim()) ?? [];
  // A time without zone is UTC; JavaScript takes one with a time of day for that of the machine.
  const instant =
    isTime === undefined ? Number.NaN : Date.parse(timeOfDay && !zone ? `${isTime.replace(" ", "T")}Z` : isTime);
  if (Number.isNaN(instant))
    throw validationFault(`The value "${value}" of the filter ${path} must be a time, such as 2026-01-31T12:00:00.`);
  return instant;
}
