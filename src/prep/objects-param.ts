import type { Param, Params, ParamValues } from "../base/params.ts";
import { parseParams } from "../base/params.ts";

/**
 * A list of objects, each with the members of a table of parameters: `[{"sort_by": "a", "order": "Ascending"}]`. Members
 * that the table does not have are left aside.
 */
export function objectsParam<const P extends Params>(members: P): Param<readonly ParamValues<P>[] | undefined> {
  const names = Object.keys(members);
  return {
    required: false,
    tunable: false,
    allowed: `a list of objects with ${names.join(", ")}`,
    parse(given) {
      const value: unknown = JSON.parse(given);
      if (!Array.isArray(value)) return undefined;
      const read = value.map((one) => readObject(members, one));
      return read.includes(undefined) ? undefined : (read as ParamValues<P>[]);
    },
  };
}

function readObject<P extends Params>(members: P, one: unknown): ParamValues<P> | undefined {
  if (typeof one !== "object" || one === null) return undefined;
  const texts: Record<string, string> = {};
  for (const name of Object.keys(members)) {
    const value = (one as Readonly<Record<string, unknown>>)[name];
    if (value === undefined || value === null) continue;
    texts[name] = typeof value === "string" ? value : JSON.stringify(value);
  }
  const { values, problems } = parseParams(members, texts);
  return problems.length === 0 ? values : undefined;
}
