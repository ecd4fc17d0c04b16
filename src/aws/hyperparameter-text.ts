/**
 * Returns the text of a hyperparameter. The SageMaker SDKs write each value as JSON, so a text comes with quotes around
 * it; the AWS CLI and others send it as it is.
 */
export function hyperparameterText(value: string): string {
  if (!/^\s*"/.test(value)) return value;
  try {
    const text: unknown = JSON.parse(value);
    return typeof text === "string" ? text : value;
  } catch {
    return value;
  }
}
