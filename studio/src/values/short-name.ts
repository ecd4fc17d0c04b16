/** What a person calls the thing of an ARN: "arn:...:model-package/churn/3" -> "churn/3". Another name is as it is. */
export function shortName(name: string): string {
  if (!name.startsWith("arn:")) return name;
  const resource = name.split(":").slice(5).join(":");
  return resource.replace(/^(alarm:|log-group:|(.*:)?[A-Za-z-]+\/)/, "");
}
