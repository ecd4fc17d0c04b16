/** What stays in capitals in a title. */
const capitals: ReadonlySet<string> = new Set(
  "ARN API AWS CPU GPU GB CSV DNS EFS FSX IAM ID IO IP JSON KMS MB S3 SQL SSE URI URL VPC".split(" "),
);

/** Returns a member's name as a title: "TrainingInputMode" -> "Training input mode", "S3OutputPath" -> "S3 output path". */
export function titleOf(path: string): string {
  const member = path.split(".").findLast((step) => !/^\d+$/.test(step)) ?? path;
  const words = member
    // One word, which AWS writes as two.
    .replace("HyperParameter", "Hyperparameter")
    // The value is shown with its unit.
    .replace(/(?<=.)In(Bytes|Millis)$/, "")
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .split(/[\s_-]+/)
    .map((word) => (capitals.has(word.toUpperCase()) ? word.toUpperCase() : word.toLowerCase()));
  const title = words.join(" ");
  return title.charAt(0).toUpperCase() + title.slice(1);
}
