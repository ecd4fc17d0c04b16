import type { FeatureDefinition } from "@aws-sdk/client-sagemaker";

/** Definitions that a text of JSON holds, or why it holds none. */
export type DefinitionsRead = { readonly definitions: readonly FeatureDefinition[] } | { readonly problem: string };

const members = ["FeatureName", "FeatureType", "CollectionType", "CollectionConfig"];

export const definitionsText = (definitions: readonly FeatureDefinition[]): string =>
  JSON.stringify(definitions, undefined, 2);

/**
 * Reads definitions as an operation takes them: a list, or what holds one as FeatureDefinitions, such as the answer of
 * DescribeFeatureGroup.
 */
export function readDefinitions(text: string): DefinitionsRead {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problem: `This is no JSON: ${(error as Error).message}` };
  }
  const list = Array.isArray(value) ? value : (value as { FeatureDefinitions?: unknown } | null)?.FeatureDefinitions;
  if (!Array.isArray(list))
    return { problem: 'A list of definitions, such as [{ "FeatureName": "clicks", "FeatureType": "Integral" }].' };
  for (const [index, one] of list.entries()) {
    const problem = problemOf(one);
    if (problem !== undefined) return { problem: `Definition ${index + 1} ${problem}` };
  }
  return { definitions: list as FeatureDefinition[] };
}

function problemOf(one: unknown): string | undefined {
  if (typeof one !== "object" || one === null || Array.isArray(one))
    return 'is no object, such as { "FeatureName": "clicks", "FeatureType": "Integral" }.';
  const stray = Object.keys(one).find((name) => !members.includes(name));
  if (stray !== undefined) return `has "${stray}", which no definition has; its members are ${members.join(", ")}.`;
  const { FeatureName, FeatureType, CollectionType, CollectionConfig } = one as Readonly<Record<string, unknown>>;
  for (const [name, value] of Object.entries({ FeatureName, FeatureType, CollectionType }))
    if (value !== undefined && typeof value !== "string") return `has a ${name} that is no text.`;
  const dimension = (CollectionConfig as { VectorConfig?: { Dimension?: unknown } } | undefined)?.VectorConfig
    ?.Dimension;
  if (CollectionConfig !== undefined && typeof dimension !== "number")
    return 'has a CollectionConfig without a number: { "VectorConfig": { "Dimension": 3 } }.';
  return undefined;
}

/**
 * Of the definitions that a whole schema has, those that are new. A definition that is there is neither changed nor
 * removed: a schema without it, or with another one of its name, is refused.
 */
export function additionsTo(
  present: readonly FeatureDefinition[],
  whole: readonly FeatureDefinition[],
): DefinitionsRead {
  const names = new Map(whole.map((one) => [one.FeatureName, one]));
  for (const one of present) {
    const other = names.get(one.FeatureName);
    if (other === undefined)
      return {
        problem: `The definition of ${one.FeatureName} is missing: a definition is never removed from a group.`,
      };
    if (!isSame(one, other))
      return {
        problem: `The definition of ${one.FeatureName} is another one: a definition that is there is never changed.`,
      };
  }
  const known = new Set(present.map(({ FeatureName }) => FeatureName));
  return { definitions: whole.filter(({ FeatureName }) => !known.has(FeatureName)) };
}

const isSame = (one: FeatureDefinition, other: FeatureDefinition) =>
  one.FeatureType === other.FeatureType &&
  one.CollectionType === other.CollectionType &&
  one.CollectionConfig?.VectorConfig?.Dimension === other.CollectionConfig?.VectorConfig?.Dimension;
