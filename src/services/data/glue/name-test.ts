import { invalidInput } from "./glue-faults.ts";

/**
 * Compiles the regular expression that a list is given for whole names. A star with nothing before it that it could
 * repeat stands for any text, as in `sales*`.
 */
export function nameTest(expression: string | undefined): ((name: string) => boolean) | undefined {
  if (expression === undefined || expression === "") return undefined;
  try {
    const pattern = new RegExp(`^(?:${expression.replaceAll(/(?<![.\])}])\*/g, ".*")})$`, "i");
    return (name) => pattern.test(name);
  } catch (error) {
    throw invalidInput(`Expression is no regular expression: ${(error as Error).message}`);
  }
}
