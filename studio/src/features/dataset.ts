import type { Group } from "./group.ts";

export const joinTypes = ["INNER_JOIN", "LEFT_JOIN", "RIGHT_JOIN", "FULL_JOIN"] as const;
export const comparators = [
  "EQUALS",
  "GREATER_THAN",
  "GREATER_THAN_OR_EQUAL_TO",
  "LESS_THAN",
  "LESS_THAN_OR_EQUAL_TO",
  "NOT_EQUAL_TO",
] as const;

/** A group that is joined to the base, as the form has it: what is not chosen is empty. */
export interface WantedJoin {
  readonly group: string;
  /** Empty: all. */
  readonly features: readonly string[];
  readonly type: (typeof joinTypes)[number];
  readonly comparator: (typeof comparators)[number];
  /** A feature of the base; empty: its record identifier. */
  readonly by: string;
  /** A feature of the group; empty: its record identifier. */
  readonly on: string;
}

/** A dataset as its form has it. */
export interface WantedDataset {
  readonly base: string;
  /** Empty: all. */
  readonly features: readonly string[];
  readonly joins: readonly WantedJoin[];
  /** Whether a joined record's event is not later than that of the base's record. */
  readonly pointInTime: boolean;
  /** What was written later does not count. Times are in ISO-8601; empty: no bound. */
  readonly asOf: string;
  readonly from: string;
  readonly to: string;
  /** Whether all writes of a moment count, and not the last one alone. */
  readonly duplicates: boolean;
  /** Whether records that were deleted count. */
  readonly deleted: boolean;
  /** How many of a record's newest rows there are; empty: all. */
  readonly recent: string;
  /** How many rows there are at most; empty: all. */
  readonly most: string;
}

export const firstDataset: WantedDataset = {
  ...{ base: "", features: [], joins: [], pointInTime: false, asOf: "", from: "", to: "" },
  ...{ duplicates: false, deleted: false, recent: "", most: "" },
};

export const firstJoin: WantedJoin = {
  ...{ group: "", features: [], type: "INNER_JOIN", comparator: "EQUALS", by: "", on: "" },
};

/** A dataset of which everything is known: the groups that it is made of. */
export interface Dataset {
  readonly wanted: WantedDataset;
  readonly base: Group;
  /** In the order of the joins. */
  readonly joined: readonly Group[];
}

/** What is wrong, by the path of its field. */
export type DatasetProblems = ReadonlyMap<string, string>;

const required = "This is required.";
const isTime = (text: string) => {
  const time = Date.parse(text);
  return (
    /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z$/.test(text) &&
    !Number.isNaN(time) &&
    new Date(time).toISOString().slice(0, 16) === text.slice(0, 16)
  );
};
const isCount = (text: string) => /^[1-9]\d{0,8}$/.test(text);

/** What keeps a dataset from being made. */
export function datasetProblems(wanted: WantedDataset): DatasetProblems {
  const problems = new Map<string, string>();
  if (wanted.base === "") problems.set("base", required);
  for (const [index, { group }] of wanted.joins.entries())
    if (group === "") problems.set(`joins.${index}.group`, required);
  for (const name of ["asOf", "from", "to"] as const)
    if (wanted[name] !== "" && !isTime(wanted[name]))
      problems.set(name, "A time in UTC, such as 2026-01-31T08:00:00Z.");
  if (
    !problems.has("from") &&
    !problems.has("to") &&
    wanted.from &&
    wanted.to &&
    Date.parse(wanted.from) > Date.parse(wanted.to)
  )
    problems.set("to", "It is before the time from which events count.");
  for (const name of ["recent", "most"] as const)
    if (wanted[name] !== "" && !isCount(wanted[name])) problems.set(name, "A whole number from 1, such as 10.");
  if (wanted.pointInTime && wanted.joins.length === 0)
    problems.set("pointInTime", "There is nothing to look up as of that moment: join a group first.");
  return problems;
}

/** The features that rows have of a group: those that are chosen, or all. */
export const chosenOf = ({ features }: Group, chosen: readonly string[]): readonly string[] =>
  chosen.length > 0 ? chosen : features.map(({ FeatureName }) => FeatureName!);

/** The bounds of event times: where there is an end, there is a beginning. */
export const rangeOf = ({ from, to }: WantedDataset): readonly [from: string, to: string] => [
  from === "" && to !== "" ? "1970-01-01T00:00:00Z" : from,
  to,
];
