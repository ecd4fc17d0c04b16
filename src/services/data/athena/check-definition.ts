import { readType } from "../../../prep/sql/trino/parse-type.ts";
import { nearestWords } from "../../../prep/sql/trino/scope.ts";
import type { CreateTable, HiveColumn } from "../../../prep/sql/trino/statement.ts";
import { QueryFailure } from "./athena-faults.ts";
import { skippedLines } from "./file-format.ts";

const hive = "org.apache.hadoop.hive";

/** The SerDes that Athena has. Which of them are read is told when a table is queried. */
const serdes: readonly string[] = [
  ...["lazy.LazySimpleSerDe", "OpenCSVSerde", "RegexSerDe", "avro.AvroSerDe", "MultiDelimitSerDe"].map(
    (name) => `${hive}.serde2.${name}`,
  ),
  ...[`${hive}.ql.io.parquet.serde.ParquetHiveSerDe`, `${hive}.ql.io.orc.OrcSerde`],
  ...[`${hive}.contrib.serde2.MultiDelimitSerDe`, `${hive}.contrib.serde2.RegexSerDe`],
  ...["org.openx.data.jsonserde.JsonSerDe", "org.apache.hive.hcatalog.data.JsonSerDe"],
  ...["com.amazonaws.glue.serde.GrokSerDe", "com.amazon.ionhiveserde.IonHiveSerDe"],
  ...["com.amazon.emr.hive.serde.CloudTrailSerde", "com.amazon.emr.hive.serde.S3LogDeserializer"],
  "parquet.hive.serde.ParquetHiveSerDe",
];

/** Refuses types that Hive has not, and names that are there twice. */
export function checkColumns(columns: readonly HiveColumn[], keys: readonly HiveColumn[] = []): void {
  const seen = new Set<string>();
  for (const [index, { name, type }] of [...columns, ...keys].entries()) {
    if (seen.has(name.toLowerCase()))
      throw new QueryFailure(
        index < columns.length
          ? `FAILED: SemanticException [Error 10036]: Duplicate column name: ${name}`
          : `FAILED: SemanticException [Error 10035]: Column repeated in partitioning columns: ${name}`,
      );
    seen.add(name.toLowerCase());
    try {
      readType(type);
    } catch (error) {
      const [, words = (error as Error).message] = /^line 1:\d+: (.*)$/s.exec((error as Error).message) ?? [];
      throw new QueryFailure(`FAILED: ParseException: column ${name} has the type '${type}'. ${words}`);
    }
  }
}

/** Refuses a definition that no query could use. @throws QueryFailure in Hive's words */
export function checkDefinition({ columns, partitionKeys, properties, rowFormat }: CreateTable): void {
  checkColumns(columns, partitionKeys);
  const { properties: ofSerde = {}, serde } = rowFormat ?? {};
  if (serde !== undefined && !serdes.includes(serde)) {
    const last = (name: string) => name.split(".").at(-1)!;
    const near = nearestWords(last(serde), serdes.map(last)).replace(/'(.*)'/, (_, name: string) => {
      return `'${serdes.find((one) => last(one) === name)}'`;
    });
    throw new QueryFailure(
      `FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. Cannot validate serde: ${serde}${near}`,
    );
  }
  skippedLines(ofSerde, properties);
}
