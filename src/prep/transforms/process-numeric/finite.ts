import { call, choose, type Expression } from "../../sql/expression.ts";

/** The value of a number, null for "not a number": a fit counts neither. */
export const finite = (column: Expression): Expression =>
  column.type.kind === "double" ? choose([[call("not", call("isNaN", column)), column]]) : column;
