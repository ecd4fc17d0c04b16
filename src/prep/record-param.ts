import { type Param, type Params, type ParamValues, parseParams } from "../base/params.ts";

interface Counts {
  readonly min: number;
  readonly max: number;
}

/** A list of objects, each with members of its own: the splits of a split, the keys of a join. It is read from JSON. */
export function recordsParam<const P extends Params>(
  members: P,
  { min, max }: Counts,
): Param<readonly ParamValues<P>[]> {
  const words = Object.entries(members).map(([name, { allowed }]) => `${name} (${allowed})`);
  return {
    required: true,
    tunable: false,
    allowed: `a list of ${min} to ${max} objects with ${words.join(", ")}`,
    parse(given) {
      const records = recordsOf(given);
      if (records === undefined || records.length < min || records.length > max) return undefined;
      const read = records.map((record) => readRecord(members, record));
      return read.includes(undefined) ? undefined : (read as ParamValues<P>[]);
    },
  };
}

/** The same, which may be left out. */
export const optionalRecordsParam = <const P extends Params>(
  members: P,
  counts: Counts,
): Param<readonly ParamValues<P>[] | undefined> => ({ ...recordsParam(members, counts), required: false });

function readRecord<const P extends Params>(members: P, record: object): ParamValues<P> | undefined {
  const given = Object.entries(record).filter(([name, value]) => Object.hasOwn(members, name) && isGiven(value));
  const texts = given.map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]);
  const { values, problems } = parseParams(members, Object.fromEntries(texts));
  return problems.length > 0 ? undefined : values;
}

const isGiven = (value: unknown): boolean => value !== null && value !== undefined && value !== "";

function recordsOf(text: string): object[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isList = Array.isArray(value) && value.every((one) => typeof one === "object" && one !== null);
    return isList ? (value as object[]) : undefined;
  } catch {
    return undefined;
  }
}
