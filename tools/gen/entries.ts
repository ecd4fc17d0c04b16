import { join } from "node:path";
import type { ConsumerUnit } from "../../src/frame/define-consumer.ts";
import type { FollowerUnit } from "../../src/frame/define-follower.ts";
import type { UpkeepUnit } from "../../src/frame/define-upkeep.ts";
import type { Generator } from "./generators.ts";
import { findKinds } from "./kinds.ts";
import { banner, type Found, findUnits, loader } from "./units.ts";

/** The units of the frame and of the services of one kind. A name given twice is an error. */
async function namedUnits<Unit extends { readonly unit: string; readonly name: string }>(
  root: string,
  kind: Unit["unit"],
): Promise<Found<Unit>[]> {
  const own = await findUnits<Unit>(join(root, "src", "frame"), kind);
  const offered = await findUnits<Unit>(join(root, "src", "services"), kind);
  const units = [...own.map((one) => ({ ...one, file: `../frame/${one.file}` })), ...offered];
  const owners = new Map<string, string>();
  for (const { unit, file } of units) {
    const other = owners.get(unit.name);
    if (other !== undefined) throw new Error(`The ${kind} ${unit.name} is defined in ${other} and in ${file}.`);
    owners.set(unit.name, file);
  }
  return units;
}

/** src/services/followers.gen.ts: what must be known of each follower before it has something to do. */
export const generateFollowers: Generator = async (root) => {
  const all = await findKinds(root);
  const namesOf = ({ kinds }: FollowerUnit) =>
    typeof kinds === "function" ? all.filter(({ unit }) => kinds(unit.definition)).map(({ unit }) => unit.name) : kinds;
  const lines = (await namedUnits<FollowerUnit>(root, "follower")).map(
    (found) =>
      `  { name: ${JSON.stringify(found.unit.name)}, kinds: ${JSON.stringify(namesOf(found.unit))}, load: ${loader(found)} },\n`,
  );
  const text = `${banner}import type { FollowerEntry } from "../frame/define-follower.ts";

export const followers: readonly FollowerEntry[] = [
${lines.join("")}];
`;
  return new Map([["src/services/followers.gen.ts", text]]);
};

/** src/services/consumers.gen.ts: who takes the messages of the product's own queues. */
export const generateConsumers: Generator = async (root) => {
  const lines = (await namedUnits<ConsumerUnit>(root, "consumer")).map(
    (found) =>
      `  { name: ${JSON.stringify(found.unit.name)}, queue: ${JSON.stringify(found.unit.queue)}, load: ${loader(found)} },\n`,
  );
  const text = `${banner}import type { ConsumerEntry } from "../frame/define-consumer.ts";

export const consumers: readonly ConsumerEntry[] = [
${lines.join("")}];
`;
  return new Map([["src/services/consumers.gen.ts", text]]);
};

/** src/services/upkeep.gen.ts: what the server does again and again. */
export const generateUpkeep: Generator = async (root) => {
  const lines = (await namedUnits<UpkeepUnit>(root, "upkeep")).map(
    (found) =>
      `  { name: ${JSON.stringify(found.unit.name)}, everyMilliseconds: ${found.unit.everyMilliseconds}, load: ${loader(found)} },\n`,
  );
  const text = `${banner}import type { UpkeepEntry } from "../frame/define-upkeep.ts";

export const upkeep: readonly UpkeepEntry[] = [
${lines.join("")}];
`;
  return new Map([["src/services/upkeep.gen.ts", text]]);
};
