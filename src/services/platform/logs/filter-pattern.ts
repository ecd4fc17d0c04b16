import type { Context } from "../../../frame/context.ts";
import { invalidParameter, notBuilt } from "./log-documents.ts";

/**
 * Compiles a filter pattern of terms. All plain terms must occur in the message, none of those marked `-`; of terms
 * marked `?` one is enough, and beside other terms they are ignored (CloudWatch Logs user guide, "Filter pattern syntax
 * for metric filters": unstructured log events). Case matters. An empty pattern matches everything.
 */
export function compileFilterPattern(
  context: Pick<Context, "settings">,
  pattern: string,
): (message: string) => boolean {
  const trimmed = pattern.trim();
  if (/^[{[%]/.test(trimmed))
    throw notBuilt(
      context,
      `The filter pattern ${pattern}, for JSON events { }, space-delimited events [ ] or a regular expression % %,`,
      'use terms and "quoted phrases", marked ? (any of them) or - (without)',
    );
  const all: string[] = [];
  const any: string[] = [];
  const none: string[] = [];
  const lists: Record<string, string[]> = { "": all, "?": any, "-": none };
  const token = /\s*([?-]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))/gy;
  let end = 0;
  for (const match of trimmed.matchAll(token)) {
    lists[match[1]!]!.push(match[2]?.replace(/\\(.)/gs, "$1") ?? match[3]!);
    end = match.index + match[0].length;
  }
  if (end < trimmed.length)
    throw invalidParameter(`The filter pattern ${pattern} has a quotation mark without its counterpart.`);
  const alternatives = all.length + none.length > 0 ? [] : any;
  return (message) =>
    all.every((term) => message.includes(term)) &&
    !none.some((term) => message.includes(term)) &&
    (alternatives.length === 0 || alternatives.some((term) => message.includes(term)));
}
