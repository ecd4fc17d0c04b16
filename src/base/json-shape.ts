/** A schema of JSON as JSON Schema 2020-12 writes it. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** What a value of JSON looks like: its type here, and its schema for others. */
export interface JsonShape<T> {
  readonly schema: JsonSchema;
  /** Of a member that may be absent. */
  readonly absent?: boolean;
  /** Holds the type alone. */
  readonly of?: T;
}

/** The type of the values of a shape. */
export type OfShape<S> = S extends JsonShape<infer T> ? T : never;

// biome-ignore lint/suspicious/noExplicitAny: a table holds shapes of every type; OfMembers gets each type back
type Members = Readonly<Record<string, JsonShape<any>>>;
interface Absent {
  readonly absent: true;
}
type Plain<T> = { readonly [K in keyof T]: T[K] };
type OfMembers<M extends Members> = Plain<
  { readonly [K in keyof M as M[K] extends Absent ? never : K]: OfShape<M[K]> } & {
    readonly [K in keyof M as M[K] extends Absent ? K : never]?: OfShape<M[K]>;
  }
>;

/** Words for people, where a member's name does not say all. */
const described = (schema: JsonSchema, words?: string): JsonSchema =>
  words === undefined ? schema : { description: words, ...schema };

export const text = (words?: string): JsonShape<string> => ({ schema: described({ type: "string" }, words) });
export const flag = (words?: string): JsonShape<boolean> => ({ schema: described({ type: "boolean" }, words) });
/** Any number that JSON has. */
export const number = (words?: string): JsonShape<number> => ({ schema: described({ type: "number" }, words) });
/** From 0 to 1. */
export const share = (words?: string): JsonShape<number> => ({
  schema: described({ type: "number", minimum: 0, maximum: 1 }, words),
});
/** A whole number from 0. */
export const count = (words?: string): JsonShape<number> => ({
  schema: described({ type: "integer", minimum: 0 }, words),
});

/** One of these words or numbers. */
export function oneOf<const T extends string | number>(values: readonly T[], words?: string): JsonShape<T> {
  return { schema: described(values.length === 1 ? { const: values[0] } : { enum: values }, words) };
}

export const list = <T>(items: JsonShape<T>, words?: string, most?: number): JsonShape<readonly T[]> => ({
  schema: described({ type: "array", items: items.schema, ...(most !== undefined && { maxItems: most }) }, words),
});

/** Members of any name, or of these. */
export const record = <T>(values: JsonShape<T>, words?: string): JsonShape<{ readonly [name: string]: T }> => ({
  schema: described({ type: "object", additionalProperties: values.schema }, words),
});

/** Members of these names and no others. */
export function members<M extends Members>(of: M, words?: string): JsonShape<OfMembers<M>> {
  const entries = Object.entries(of);
  return {
    schema: described(
      {
        type: "object",
        properties: Object.fromEntries(entries.map(([name, { schema }]) => [name, schema])),
        required: entries.filter(([, { absent }]) => !absent).map(([name]) => name),
        additionalProperties: false,
      },
      words,
    ),
  };
}

export const orNull = <T>({ schema }: JsonShape<T>): JsonShape<T | null> => {
  const { description, ...own } = schema;
  const both = typeof own.type === "string" ? { ...own, type: [own.type, "null"] } : { anyOf: [own, { type: "null" }] };
  return { schema: described(both, description as string | undefined) };
};

/** A member that may be absent. */
export const optional = <T>({ schema }: JsonShape<T>): JsonShape<T> & Absent => ({ schema, absent: true });
