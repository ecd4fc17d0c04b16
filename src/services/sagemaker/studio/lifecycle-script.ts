import { validationFault } from "../../../aws/faults.ts";

/** The most characters that the Base64 text of a lifecycle script has. */
const longestScript = 16_384;

/**
 * Returns the shell script that a lifecycle configuration gives as Base64.
 *
 * @param member names it in a refusal.
 * @throws Fault when it is no Base64 of UTF-8 text, too long, or empty.
 */
export function readLifecycleScript(content: string, member: string): string {
  if (content.length > longestScript)
    throw validationFault(`${member} has ${content.length} characters of Base64; it has at most ${longestScript}.`);
  const bytes = Buffer.from(content, "base64");
  const isBase64 = bytes.toString("base64").replace(/=+$/, "") === content.replace(/\s/g, "").replace(/=+$/, "");
  if (!isBase64) throw validationFault(`${member} is not Base64: give the script as base64 prints it.`);
  if (bytes.length === 0) throw validationFault(`${member} is empty: give a shell script, or leave it out.`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw validationFault(`${member} is not the Base64 of a text in UTF-8.`);
  }
}
