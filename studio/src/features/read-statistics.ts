import type { FeatureDefinition } from "@aws-sdk/client-sagemaker";
import { BatchGetRecordCommand, ListRecordsCommand } from "@aws-sdk/client-sagemaker-featurestore-runtime";
import { call } from "../api/command.ts";
import { featureStoreRuntime } from "../services/sagemaker-featurestore-runtime.ts";
import { type ResultPage, readResult } from "../sql/results.ts";
import { followQuery, startQuery } from "../sql/run-query.ts";
import { number } from "../values/format.ts";
import type { Group } from "./group.ts";
import { type Statistics, sampleStatistics } from "./sample-statistics.ts";
import { type Extent, figuresSql, frequentSql } from "./statistics-sql.ts";

/** The records of the online store that statistics are of: what a batch reads at most. */
export const sampleSize = 100;

/**
 * Asks the table of a group's history.
 * @param output where results go; absent where the work group says it
 * @throws Error with the refusal, where a query fails
 */
export async function offlineStatistics(
  group: Group,
  definition: FeatureDefinition,
  extent: Extent,
  output: string | undefined,
): Promise<Statistics> {
  const ask = async (text: string): Promise<ResultPage> => {
    const id = await startQuery(text, { workGroup: "primary", database: group.table!.database, output });
    const query = await followQuery(
      id,
      () => {},
      () => true,
    );
    const { State, StateChangeReason = `The query is ${State?.toLowerCase()}.` } = query.Status ?? {};
    if (State !== "SUCCEEDED") throw new Error(StateChangeReason);
    return await readResult(query, undefined);
  };
  const [{ columns, rows }, frequent] = await Promise.all([
    ask(figuresSql(group, definition, extent)),
    definition.CollectionType === undefined ? ask(frequentSql(group, definition, extent)) : undefined,
  ]);
  const shown = (text: string | undefined, type: string) =>
    text === undefined ? "-" : /^(double|real)/.test(type) ? number(Number(text)) : text;
  return {
    figures: columns.map(({ name, type }, index) => [name, shown(rows[0]?.[index], type)]),
    frequent: (frequent?.rows ?? []).map(([value = "", count = ""]) => [value, count]),
  };
}

/** Reads some records of the online store. */
export async function onlineStatistics(
  { name: FeatureGroupName }: Group,
  definition: FeatureDefinition,
): Promise<Statistics> {
  const { RecordIdentifiers = [] } = await call(featureStoreRuntime, ListRecordsCommand, {
    FeatureGroupName,
    MaxResults: sampleSize,
  });
  if (RecordIdentifiers.length === 0) return sampleStatistics(definition, []);
  const { Records = [] } = await call(featureStoreRuntime, BatchGetRecordCommand, {
    Identifiers: [
      { FeatureGroupName, RecordIdentifiersValueAsString: RecordIdentifiers, FeatureNames: [definition.FeatureName!] },
    ],
  });
  return sampleStatistics(
    definition,
    Records.map(({ Record = [] }) => Record.find(({ FeatureName }) => FeatureName === definition.FeatureName)),
  );
}
