import { call, type Expression } from "./expression.ts";

/** Whether there is a value: of a double, a number. */
export const isPresent = (value: Expression): Expression =>
  value.type.kind === "double"
    ? call("and", call("isNotNull", value), call("not", call("isNaN", value)))
    : call("isNotNull", value);
