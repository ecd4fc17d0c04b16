import type { EngineFunction } from "../../../../base/engine-function.ts";
import { distributionFunctions } from "./distributions.ts";
import { hashFunctions } from "./hashes.ts";
import { isoMomentFunctions } from "./iso-moments.ts";
import { formatFunctions } from "./java-format.ts";
import { jsonFunctions } from "./json-functions.ts";
import { numberFunctions } from "./number-functions.ts";
import { sqlJsonFunctions } from "./sql-json-functions.ts";
import { textFunctions } from "./text-functions.ts";
import { wideDecimalFunctions } from "./wide-decimals.ts";

/** What Trino has and DuckDB's language cannot say as Trino does. Their names are known to templates only, not to statements. */
export const nativeFunctions: readonly EngineFunction[] = [
  ...jsonFunctions,
  ...sqlJsonFunctions,
  ...formatFunctions,
  ...hashFunctions,
  ...textFunctions,
  ...numberFunctions,
  ...distributionFunctions,
  ...wideDecimalFunctions,
  ...isoMomentFunctions,
];
