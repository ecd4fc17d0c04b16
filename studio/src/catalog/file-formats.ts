/** A format of files, by the classes of Hive's that stand for it in the catalog. */
export interface FileFormat {
  readonly title: string;
  readonly serde: string;
  readonly input: string;
  readonly output: string;
  readonly properties?: Readonly<Record<string, string>>;
  /** Whether a file may begin with the names of its columns. */
  readonly isText?: true;
}

const text = {
  input: "org.apache.hadoop.mapred.TextInputFormat",
  output: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
};
const parquet = "org.apache.hadoop.hive.ql.io.parquet";

export const fileFormats: readonly FileFormat[] = [
  {
    title: "CSV, values may be in quotes",
    serde: "org.apache.hadoop.hive.serde2.OpenCSVSerde",
    properties: { separatorChar: ",", quoteChar: '"' },
    isText: true,
    ...text,
  },
  {
    title: "Text between tabs, without quotes",
    serde: "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
    properties: { "field.delim": "\t" },
    isText: true,
    ...text,
  },
  { title: "JSON, a document a line", serde: "org.openx.data.jsonserde.JsonSerDe", ...text },
  {
    title: "Parquet",
    serde: `${parquet}.serde.ParquetHiveSerDe`,
    input: `${parquet}.MapredParquetInputFormat`,
    output: `${parquet}.MapredParquetOutputFormat`,
  },
];

export const formatOf = (serde: unknown): FileFormat | undefined => fileFormats.find((one) => one.serde === serde);
