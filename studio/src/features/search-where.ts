import type { Filter, SearchExpression } from "@aws-sdk/client-sagemaker";

type Texts = Readonly<Record<string, string>>;
/** A condition that the text of a filter stands for; undefined where nothing is asked. */
type Condition = (texts: Texts) => Filter | undefined;

/** Conditions that must all hold; undefined where there are none. */
export const allOf =
  (...conditions: readonly Condition[]) =>
  (texts: Texts): SearchExpression | undefined => {
    const Filters = conditions.map((condition) => condition(texts)).filter((one) => one !== undefined);
    return Filters.length === 0 ? undefined : { Filters };
  };

/** Search compares a part of a text once alone: it is the condition for names. */
export const contains =
  (Name: string): Condition =>
  ({ [Name]: Value }) =>
    Value ? { Name, Operator: "Contains", Value } : undefined;

export const equals =
  (Name: string): Condition =>
  ({ [Name]: Value }) =>
    Value ? { Name, Operator: "Equals", Value } : undefined;

/** A key that is there, "team", or one with its value, "team=growth"; a value may have more signs of equality. */
export const keyed =
  (list: string): Condition =>
  ({ [list]: text = "" }) => {
    const [, key, Value] = /^([^=]+)(?:=(.*))?$/s.exec(text.trim()) ?? [];
    if (key === undefined) return undefined;
    const Name = `${list}.${key.trim()}`;
    return Value ? { Name, Operator: "Equals", Value } : { Name, Operator: "Exists" };
  };
