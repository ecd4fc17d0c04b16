import { nearest } from "../base/nearest.ts";
import { type Params, parseParams } from "../base/params.ts";
import { isColumnParam } from "./column-param.ts";
import type { Json, Transform, VariantChoice } from "./define-transform.ts";
import { isObject, type JsonObject } from "./json-object.ts";
import { StepFault } from "./step-fault.ts";

/** A step of a flow with its unit and the values of its parameters. */
export interface ReadStep extends ReadValues {
  readonly transform: Transform;
}

interface ReadValues {
  readonly values: Readonly<Record<string, unknown>>;
  /** What the flow says that the unit does not know. */
  readonly notes: readonly string[];
}

/** What a node's operator and parameters choose: a step or an analysis. */
interface Chosen {
  readonly operator: string;
  readonly variant?: readonly VariantChoice[];
  readonly params: Params;
}

/** Returns the unit of an operator that a step's parameters choose, with the values. @throws StepFault */
export function readStep(operator: string, parameters: JsonObject, catalogue: readonly Transform[]): ReadStep {
  const { unit, ...read } = readUnit(operator, parameters, catalogue);
  return { transform: unit, ...read };
}

/** The same of a catalogue of any units that nodes choose. @throws StepFault */
export function readUnit<Unit extends Chosen>(
  operator: string,
  parameters: JsonObject,
  catalogue: readonly Unit[],
): ReadValues & { readonly unit: Unit } {
  const variants = catalogue.filter((unit) => unit.operator === operator);
  if (variants.length === 0) throw new StepFault(unknownOperator(operator, catalogue));
  for (const unit of variants) {
    const blocks = blocksOf(unit.variant ?? [], parameters);
    if (blocks === undefined) continue;
    return { unit, ...readValues(unit, blocks) };
  }
  throw new StepFault(wrongVariant(variants, parameters));
}

function unknownOperator(operator: string, catalogue: readonly Chosen[]): string {
  const meant = nearest(operator, [...new Set(catalogue.map((unit) => unit.operator))]);
  return `The operator ${JSON.stringify(operator)} is not known here${meant ? `; was ${meant} meant?` : "."}`;
}

/** The blocks of a variant from the outermost one, or undefined when the parameters choose another. */
function blocksOf(variant: readonly VariantChoice[], parameters: JsonObject): readonly JsonObject[] | undefined {
  const blocks = [parameters];
  for (const choice of variant) {
    const outer = blocks.at(-1)!;
    const word = outer[choice.name];
    if (word === undefined || word === null ? !choice.usual : !wordsOf(choice).includes(`${word}`)) return undefined;
    if (choice.beside) continue;
    const inner = memberOf(choice, outer);
    blocks.push(isObject(inner) ? inner : {});
  }
  return blocks;
}

const wordsOf = ({ is, also = [] }: VariantChoice): readonly string[] => [is, ...also];

/** Returns the member of a block that belongs to a choice: its parameters, or what it was trained to. */
const memberOf = ({ is, also = [], block }: VariantChoice, outer: JsonObject): Json | undefined =>
  [...(block === undefined ? [] : [block]), ...[is, ...also].map(blockOf)]
    .map((name) => outer[name])
    .find((one) => one !== undefined && one !== null);

/** "Left pad" has its parameters in "left_pad_parameters". */
export const blockOf = (label: string): string =>
  `${label
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^_|_$/g, "")}_parameters`;

/** Returns what a flow says that a step was trained to, in the member of its variant; undefined where it says nothing. */
export function trainedOf({ variant = [] }: Transform, trained: Json | undefined): Json | undefined {
  let found = trained;
  for (const choice of variant.filter(({ beside }) => !beside))
    found = isObject(found) ? memberOf(choice, found) : undefined;
  return found ?? undefined;
}

function readValues({ params, variant = [] }: Chosen, blocks: readonly JsonObject[]) {
  const chosen = new Set(variant.map(({ name }) => name));
  const texts: Record<string, string> = {};
  const notes: string[] = [];
  for (const [depth, block] of blocks.entries()) {
    const isLast = depth === blocks.length - 1;
    for (const [name, value] of flat(block, params)) {
      if (chosen.has(name) || value === null || value === undefined) continue;
      if (!Object.hasOwn(params, name)) {
        // Blocks of variants that were chosen earlier stay in a flow.
        if (isLast && !name.endsWith("_parameters"))
          notes.push(`The parameter ${JSON.stringify(name)} means nothing to this step.`);
        continue;
      }
      if (value === "" && !params[name]!.required && params[name]!.parse("") === undefined) continue;
      texts[name] = isColumnParam(params[name]!) || typeof value !== "string" ? JSON.stringify(value) : value;
    }
  }
  const { values, problems } = parseParams(params, texts);
  if (problems.length > 0) throw new StepFault(problems.map(({ message }) => message).join(" "));
  return { values: values as Record<string, unknown>, notes };
}

/** The members of a block; those of an inner object have its name before theirs, where the unit has such a parameter. */
function flat(block: JsonObject, params: Params, prefix = ""): [string, Json][] {
  return Object.entries(block).flatMap(([key, value]): [string, Json][] => {
    const name = `${prefix}${key}`;
    const hasInner = Object.keys(params).some((known) => known.startsWith(`${name}.`));
    return isObject(value) && hasInner ? flat(value, params, `${name}.`) : [[name, value]];
  });
}

function wrongVariant(variants: readonly Chosen[], parameters: JsonObject): string {
  const name = variants.flatMap(({ variant = [] }) => variant.slice(0, 1))[0]?.name ?? "operator";
  const known = [...new Set(variants.flatMap(({ variant = [] }) => variant.slice(0, 1).map(({ is }) => is)))];
  const given = parameters[name];
  if (variants.some(({ variant = [] }) => variant[0] && wordsOf(variant[0]).includes(`${given}`))) {
    const inner = variants
      .filter(({ variant = [] }) => variant[0] && wordsOf(variant[0]).includes(`${given}`))
      .flatMap(({ variant = [] }) => variant.slice(1));
    const words = [...new Set(inner.map(({ name: choice, is }) => `${choice} ${JSON.stringify(is)}`))];
    return `${JSON.stringify(given)} needs a choice that it does not have: ${words.join(", ")}.`;
  }
  return `${name} is ${given === undefined || given === null ? "required" : JSON.stringify(given)}; give one of ${known.join(", ")}.`;
}
