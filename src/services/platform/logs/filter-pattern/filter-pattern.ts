import { compileJsonPattern } from "./json-pattern.ts";
import type { MessageTest } from "./pattern-faults.ts";
import { createScanner } from "./pattern-scanner.ts";
import { compileSpaceDelimitedPattern } from "./space-delimited-pattern.ts";
import { compileTermPattern } from "./term-pattern.ts";

/**
 * Compiles a filter pattern, as FilterLogEvents, metric filters and subscription filters take it (CloudWatch Logs user
 * guide, "Filter pattern syntax"): `{ }` for events that are JSON, `[ ]` for events of fields with blanks between, else
 * terms. Case matters. An empty pattern matches everything. A test takes time in proportion to the message.
 *
 * @throws Fault InvalidParameterException
 */
export function compileFilterPattern(pattern: string): MessageTest {
  const scanner = createScanner(pattern);
  if (scanner.take("{")) return compileJsonPattern(scanner);
  if (scanner.take("[")) return compileSpaceDelimitedPattern(scanner);
  return compileTermPattern(scanner);
}
