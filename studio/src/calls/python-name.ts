/** The name that the AWS CLI and boto3 give an operation or a member: "CreateTrainingJob" -> "create", "training", "job". */
const wordsOf = (name: string): string =>
  name
    .replace(/([A-Z]{2,}s)$/, (acronyms) => `_${acronyms.toLowerCase()}`)
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z\d])([A-Z])/g, "$1_$2")
    .replace(/_{2,}/g, "_")
    .replace(/^_/, "")
    .toLowerCase();

export const pythonName = wordsOf;
export const commandLineName = (name: string): string => wordsOf(name).replaceAll("_", "-");
