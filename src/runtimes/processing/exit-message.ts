import { join } from "node:path";
import { readOwnFile } from "../own-files.ts";

/** How many bytes of the message AWS shows. */
const mostBytes = 1024;

/**
 * Reads what a job's command left in /opt/ml/output/message: its beginning, without a character that the limit cuts.
 * `fault`: it is no UTF-8.
 */
export async function exitMessage(root: string): Promise<{ readonly text?: string; readonly fault?: string }> {
  const bytes = await readOwnFile(join(root, "output/message"), async (file) => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(mostBytes + 1), 0, mostBytes + 1, 0);
    return buffer.subarray(0, bytesRead);
  });
  if (!bytes || bytes.length === 0) return {};
  const isCut = bytes.length > mostBytes;
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return { text: decoder.decode(bytes.subarray(0, mostBytes), { stream: isCut }) };
  } catch {
    return { fault: "The exit message in /opt/ml/output/message is not encoded in UTF-8." };
  }
}
