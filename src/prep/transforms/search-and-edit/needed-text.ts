import { type Param, text } from "../../../base/params.ts";

/** A text of at least one character. */
export const neededText = (allowed: string): Param<string> => ({
  ...text({ required: true }),
  allowed,
  parse: (given) => (given === "" ? undefined : given),
});
