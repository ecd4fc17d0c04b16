import { type Param, text } from "../base/params.ts";

/** A text of at least one character: in flows, an empty one stands for none. */
const filled = <T>(param: Param<T>): Param<T> => ({
  ...param,
  allowed: "a text that is not empty",
  parse: (given) => (given === "" ? undefined : param.parse(given)),
});

export const filledText: Param<string> = filled(text({ required: true }));
export const optionalFilledText: Param<string | undefined> = filled(text());
