import { aggregates } from "./functions/aggregates.ts";
import { hashes } from "./functions/hashes.ts";
import { images } from "./functions/images.ts";
import { lists } from "./functions/lists.ts";
import { logic } from "./functions/logic.ts";
import { numbers } from "./functions/numbers.ts";
import { series } from "./functions/series.ts";
import type { SqlFunction } from "./functions/sql-function.ts";
import { texts } from "./functions/texts.ts";
import { times } from "./functions/times.ts";
import { windows } from "./functions/windows.ts";

/** The functions of expressions, each as it is written for every engine. */
const table = {
  ...logic,
  ...numbers,
  ...texts,
  ...hashes,
  ...series,
  ...images,
  ...times,
  ...lists,
  ...aggregates,
  ...windows,
};

export type FunctionName = keyof typeof table;
export const functions: Readonly<Record<FunctionName, SqlFunction>> = table;
