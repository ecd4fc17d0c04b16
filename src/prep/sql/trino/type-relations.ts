import {
  arrayOf,
  asDecimal,
  charOf,
  decimalOf,
  isFloating,
  isInteger,
  isText,
  mapOf,
  rowOf,
  type SqlType,
  sameType,
  timeOf,
  timestampOf,
  varcharOf,
  varcharType,
  zonedOf,
} from "./sql-type.ts";

/** The longest CHAR, which a text without a limit becomes beside one. */
export const longestChar = 65_536;
const integerOrder = ["tinyint", "smallint", "integer", "bigint"];
const bigger = (left: number, right: number): number => Math.max(left, right);

/** The type to which both can go without losing anything, as Trino finds it; undefined when there is none. */
export function commonType(left: SqlType, right: SqlType): SqlType | undefined {
  if (sameType(left, right)) return left;
  if (left.name === "unknown") return right;
  if (right.name === "unknown") return left;
  return numberType(left, right) ?? textType(left, right) ?? timeType(left, right) ?? nestedType(left, right);
}

function numberType(left: SqlType, right: SqlType): SqlType | undefined {
  if (isInteger(left) && isInteger(right))
    return integerOrder.indexOf(left.name) > integerOrder.indexOf(right.name) ? left : right;
  const [leftDecimal, rightDecimal] = [asDecimal(left), asDecimal(right)];
  if (leftDecimal !== undefined && rightDecimal !== undefined) {
    const scale = bigger(leftDecimal.scale, rightDecimal.scale);
    const whole = bigger(leftDecimal.precision - leftDecimal.scale, rightDecimal.precision - rightDecimal.scale);
    return decimalOf(Math.min(38, whole + scale), scale);
  }
  const [leftNumber, rightNumber] = [isFloating(left) || leftDecimal, isFloating(right) || rightDecimal];
  if (!leftNumber || !rightNumber) return undefined;
  return left.name === "double" || right.name === "double" ? { name: "double" } : { name: "real" };
}

function textType(left: SqlType, right: SqlType): SqlType | undefined {
  if (!isText(left) || !isText(right)) return undefined;
  const lengths = [left, right].map((type) => ("length" in type ? type.length : undefined));
  const length = lengths.includes(undefined) ? undefined : bigger(lengths[0]!, lengths[1]!);
  if (left.name === "varchar" && right.name === "varchar")
    return length === undefined ? varcharType : varcharOf(length);
  return charOf(length ?? longestChar);
}

function timeType(left: SqlType, right: SqlType): SqlType | undefined {
  const names = [left.name, right.name];
  const precision = Math.max(...[left, right].map((type) => ("precision" in type ? type.precision : 0)));
  const temporal = ["date", "timestamp", "timestamp with time zone"];
  if (names.every((name) => temporal.includes(name)))
    return names.includes("timestamp with time zone") ? zonedOf(precision) : timestampOf(precision);
  return names.every((name) => name === "time") ? timeOf(precision) : undefined;
}

function nestedType(left: SqlType, right: SqlType): SqlType | undefined {
  if (left.name === "array" && right.name === "array") {
    const element = commonType(left.element, right.element);
    return element && arrayOf(element);
  }
  if (left.name === "map" && right.name === "map") {
    const [key, value] = [commonType(left.key, right.key), commonType(left.value, right.value)];
    return key && value && mapOf(key, value);
  }
  if (left.name !== "row" || right.name !== "row" || left.fields.length !== right.fields.length) return undefined;
  const fields = left.fields.map((field, index) => {
    const other = right.fields[index]!;
    const type = commonType(field.type, other.type);
    return type && { name: field.name === other.name ? field.name : undefined, type };
  });
  return fields.includes(undefined) ? undefined : rowOf(fields as { type: SqlType }[]);
}

/** Whether a value of one type may stand where another is wanted, without a cast being written. */
export function mayBecome(from: SqlType, to: SqlType): boolean {
  if (sameType(from, to) || from.name === "unknown") return true;
  if (from.name === "varchar" && to.name === "char") return (from.length ?? longestChar) <= to.length;
  if (from.name === "char" && to.name === "varchar") return to.length === undefined || to.length >= from.length;
  const common = commonType(from, to);
  return (
    common !== undefined &&
    (sameType(common, to) ||
      (common.name === "row" &&
        to.name === "row" &&
        sameType(rowOf(common.fields.map(({ type }) => ({ type }))), rowOf(to.fields.map(({ type }) => ({ type }))))))
  );
}

/** Whether values of the type can be put in order. */
export function isOrderable(type: SqlType): boolean {
  switch (type.name) {
    case "map":
    case "json":
      return false;
    case "array":
      return isOrderable(type.element);
    case "row":
      return type.fields.every((field) => isOrderable(field.type));
    default:
      return true;
  }
}

export function isComparable(type: SqlType): boolean {
  if (type.name === "array") return isComparable(type.element);
  if (type.name === "map") return isComparable(type.value);
  return type.name !== "row" || type.fields.every((field) => isComparable(field.type));
}
