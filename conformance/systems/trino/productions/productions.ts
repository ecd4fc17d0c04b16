import type { Kind } from "./kinds.ts";
import { moments } from "./moments.ts";
import { nested } from "./nested.ts";
import { numbers } from "./numbers.ts";
import { texts } from "./texts.ts";
import { truth } from "./truth.ts";

/** How a value of a kind is made of others: each name in braces stands for an expression of that kind. */
export const productions: Readonly<Record<Kind, readonly string[]>> = {
  ...truth,
  ...numbers,
  ...texts,
  ...moments,
  ...nested,
};
