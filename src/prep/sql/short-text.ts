import { call, choose, type Expression } from "./expression.ts";

/** Texts of more characters are long. */
export const longText = 1_000;

/** A text as it can be kept and shown: of a long one the beginning and a hash stand for it, so that different ones stay different. */
export const shortText = (value: Expression, shownCharacters: number): Expression =>
  choose(
    [[call("lessOrEqual", call("length", value), longText), value]],
    call("concat", call("substring", value, 1, shownCharacters), call("concat", "… ", call("md5", value))),
  );
