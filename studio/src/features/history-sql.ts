import { definitionOf, type Group } from "./group.ts";
import { quotedName, quotedText } from "./quoted-name.ts";

/** A text as a value of the feature that identifies records. */
function identifierValue(group: Group, text: string): string {
  const type = definitionOf(group, group.identifier)?.FeatureType ?? "String";
  if (type === "String") return quotedText(text);
  return `CAST(${quotedText(text)} AS ${type === "Integral" ? "bigint" : "double"})`;
}

/** Every write to a record that the offline store has, the newest event first. */
export function historySql(group: Group, identifier: string): string {
  const { eventTime, features, identifier: key, table } = group;
  const others = features.map(({ FeatureName }) => FeatureName!).filter((name) => name !== key && name !== eventTime);
  const columns = [eventTime, "is_deleted", ...others, "write_time", "api_invocation_time"].map(quotedName);
  return `SELECT ${columns.join(", ")}
FROM ${table!.name}
WHERE ${quotedName(key)} = ${identifierValue(group, identifier)}
ORDER BY ${quotedName(eventTime)} DESC, api_invocation_time DESC, write_time DESC`;
}
