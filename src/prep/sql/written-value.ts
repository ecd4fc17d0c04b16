import { type Column, double, long, typeWords } from "../column-type.ts";
import { StepFault } from "../step-fault.ts";
import { cast, type Expression, literal } from "./expression.ts";

/**
 * Returns a value that a user wrote as text, of the type that a column has (a number with a fraction stays one).
 * @throws StepFault where it is none
 */
export function writtenValue(given: string, { name, type }: Column): Expression {
  const written = given.trim();
  switch (type.kind) {
    case "text":
      return literal(given);
    case "long":
      if (/^[+-]?\d+$/.test(written) && BigInt(written) === BigInt.asIntN(64, BigInt(written)))
        return literal(BigInt(written), long);
      if (isNumber(written)) return literal(Number(written), double);
      break;
    case "double":
      if (isNumber(written)) return literal(Number(written), double);
      break;
    case "boolean":
      if (/^(true|1)$/i.test(written)) return literal(true);
      if (/^(false|0)$/i.test(written)) return literal(false);
      break;
    case "date":
      if (isTime(written, /^\d{4}-\d{2}-\d{2}$/)) return cast(literal(written), type);
      break;
    case "timestamp":
      if (isTime(written, /^\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)?$/))
        return cast(literal(written.replace("T", " ")), type);
  }
  throw new StepFault(
    `The value ${JSON.stringify(given)} is none of the column ${JSON.stringify(name)}; ${advice(type.kind, typeWords(type))}.`,
  );
}

const isNumber = (text: string): boolean => /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text);
const isTime = (text: string, form: RegExp): boolean =>
  form.test(text) && !Number.isNaN(Date.parse(`${text.slice(0, 10)}T00:00:00Z`));

const advice = (kind: string, words: string): string => {
  if (kind === "long" || kind === "double") return "give a number";
  if (kind === "boolean") return "give true or false";
  if (kind === "date") return "give a date as 2024-01-31";
  if (kind === "timestamp") return "give a time as 2024-01-31 10:00:00";
  return `values of type ${words} cannot be written, choose a column of another type`;
};
