import { type FunctionRow, functionTable } from "../function-table.ts";
import type { SpecialFunction } from "../scope.ts";
import { aggregateTable } from "./aggregates.ts";
import { arrayTable } from "./arrays.ts";
import { binaryTable } from "./binary.ts";
import { conditionalFunctions } from "./conditionals.ts";
import { dateFunctions, dateTable } from "./dates.ts";
import { formatFunctions } from "./format.ts";
import { functionNames, grammarForms } from "./function-names.ts";
import { jsonTable } from "./json.ts";
import { mapTable } from "./maps.ts";
import { mathTable } from "./math.ts";
import { regexFunctions } from "./regex.ts";
import { sessionFunctions } from "./session.ts";
import { teradataFunctions } from "./teradata-dates.ts";
import { textTable } from "./texts.ts";
import { windowTable } from "./windows.ts";

const byName = (...tables: readonly string[]): ReadonlyMap<string, readonly FunctionRow[]> =>
  Map.groupBy(tables.flatMap(functionTable), (row) => row.name);

export const scalarRows = byName(textTable, mathTable, dateTable, arrayTable, mapTable, jsonTable, binaryTable);
export const aggregateRows = byName(aggregateTable);
export const windowRows = byName(windowTable);

export const specialFunctions: Readonly<Record<string, SpecialFunction | undefined>> = {
  ...conditionalFunctions,
  ...sessionFunctions,
  ...dateFunctions,
  ...teradataFunctions,
  ...regexFunctions,
  ...formatFunctions,
};

const isAnswered = (name: string): boolean =>
  name in specialFunctions || scalarRows.has(name) || aggregateRows.has(name) || windowRows.has(name);

/** Functions that Trino has and that are not built. */
export const refusedFunctions: ReadonlySet<string> = new Set(
  functionNames.filter((name) => !isAnswered(name) && !grammarForms.includes(name)),
);
