/** What a person calls the thing of an ARN: "arn:...:model-package/churn/3" -> "churn/3". Another name is as it is. */
export function shortName(name: string): string {
  const [, resource] = /^arn:(?:[^:]*:){4}(.+)$/s.exec(name) ?? [];
  if (resource === undefined) return name;
  return resource.replace(/^(alarm:|log-group:|(.*:)?[A-Za-z-]+\/)(?=.)/s, "");
}
