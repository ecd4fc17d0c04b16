import type { Json } from "./define-transform.ts";

/** An object of JSON, as flows are made of. */
export type JsonObject = { readonly [name: string]: Json };

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The value, or an empty object in place of another kind of it. */
export const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : {});
