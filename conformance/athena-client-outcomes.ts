import type { SuiteOutcome } from "./moto-outcomes.ts";

/**
 * What the own tests of PyAthena and awswrangler come to against a real server: with a bucket, work groups and a database in
 * service as their projects' templates make them, started by `sagebrush exec`. They are run by hand from copies of the
 * repositories, at these commits.
 */
export const pyAthenaCommit = "5f0f784bf";
export const awswranglerCommit = "cfe0ca818";

const doubleLiterals =
  "wants a literal such as 0.33 to be a double, as Athena has it; here it is a decimal, as in Trino 476";
const int96 = "wants moments in Parquet as INT96, which reads as nanoseconds; here they are microseconds";
const noManaged = "wants results that Athena keeps in storage of its own, which are not built";
const noSpark = "runs a session of Spark, which is not built";

const formatted = "wants the text of a view laid out anew by Trino; here it is as it was written";
const https = "wants a signed link of https; the server was reached by http";
const intoDates = "puts a timestamp into a column of dates, which Trino 476 refuses";
const wholeSeconds = "wants an object to be no older than a moment within the second; Last-Modified has whole seconds";
const whiteSpace = "wants runs of white space in a definition to become one blank; here texts stay as written";

/** File names below PyAthena's folder `tests`; those that ask no server are left out. */
export const pyAthenaOutcomes: readonly SuiteOutcome[] = [
  { file: "pyathena/aio/arrow/test_cursor.py", passed: 16, leftOut: {} },
  { file: "pyathena/aio/pandas/test_cursor.py", passed: 15, leftOut: {} },
  { file: "pyathena/aio/polars/test_cursor.py", passed: 16, leftOut: {} },
  { file: "pyathena/aio/s3fs/test_cursor.py", passed: 12, leftOut: {} },
  {
    file: "pyathena/aio/spark/test_cursor.py",
    passed: 0,
    leftOut: {
      test_cancel: noSpark,
      test_context_manager: noSpark,
      test_executemany: noSpark,
      test_failed: noSpark,
      test_spark_dataframe: noSpark,
    },
  },
  { file: "pyathena/aio/sqlalchemy/test_base.py", passed: 11, leftOut: {} },
  { file: "pyathena/aio/test_cursor.py", passed: 31, leftOut: {} },
  { file: "pyathena/arrow/test_async_cursor.py", passed: 30, leftOut: {} },
  {
    file: "pyathena/arrow/test_cursor.py",
    passed: 46,
    leftOut: {
      test_complex_unload_as_arrow: int96,
      test_complex_unload_as_polars: int96,
      test_fetch_all_rows: noManaged,
    },
  },
  {
    file: "pyathena/filesystem/test_s3.py",
    passed: 104,
    leftOut: {
      test_info_file: wholeSeconds,
      test_sign: https,
    },
  },
  {
    file: "pyathena/filesystem/test_s3_async.py",
    passed: 63,
    leftOut: {
      test_info_file: wholeSeconds,
      test_sign: https,
    },
  },
  {
    file: "pyathena/pandas/test_async_cursor.py",
    passed: 89,
    leftOut: {
      test_float_na_values: doubleLiterals,
    },
  },
  {
    file: "pyathena/pandas/test_cursor.py",
    passed: 103,
    leftOut: {
      test_fetch_all_rows: noManaged,
      test_float_na_values: doubleLiterals,
    },
  },
  { file: "pyathena/pandas/test_util.py", passed: 11, leftOut: {} },
  { file: "pyathena/polars/test_async_cursor.py", passed: 32, leftOut: {} },
  {
    file: "pyathena/polars/test_cursor.py",
    passed: 52,
    leftOut: {
      test_fetch_all_rows: noManaged,
    },
  },
  { file: "pyathena/s3fs/test_async_cursor.py", passed: 12, leftOut: {} },
  {
    file: "pyathena/s3fs/test_cursor.py",
    passed: 36,
    leftOut: {
      test_fetch_all_rows: noManaged,
    },
  },
  {
    file: "pyathena/spark/test_async_cursor.py",
    passed: 0,
    leftOut: {
      test_cancel: noSpark,
      test_failed: noSpark,
      test_spark_dataframe: noSpark,
      test_spark_sql: noSpark,
    },
  },
  {
    file: "pyathena/spark/test_spark_cursor.py",
    passed: 1,
    leftOut: {
      test_cancel: noSpark,
      test_failed: noSpark,
      test_spark_dataframe: noSpark,
    },
  },
  {
    file: "pyathena/sqlalchemy/test_base.py",
    passed: 77,
    leftOut: {
      test_create_table_avro: whiteSpace,
      test_create_table_with_comments: whiteSpace,
      test_get_view_definition: formatted,
    },
  },
  { file: "pyathena/test_async_cursor.py", passed: 18, leftOut: {} },
  {
    file: "pyathena/test_cursor.py",
    passed: 109,
    leftOut: {
      test_fetch_all_rows: noManaged,
    },
  },
  {
    file: "sqlalchemy/test_suite.py",
    passed: 231,
    leftOut: {
      test_null_bound_comparison: intoDates,
      test_round_trip: intoDates,
      test_round_trip_decorated: intoDates,
    },
  },
];

const hashOrder = "wants the properties of a table in the order of a hash table of Java";
const noAccessPoints = "reads by an access point, which is not built";
const noBuckets = "makes a table with bucketed_by, which is refused";
const noBzip2 = "reads bzip2, which is refused";
const noDynamoDb = "locks by DynamoDB, which is not built";
const noGeometry = "asks geospatial functions, which are refused";
const noKms = "encrypts in the client by KMS, which is not built";
const noS3Tables = "makes table buckets, which are not built";
const noSelect = "asks S3 Select, which is not built";
const noVersions = "keeps versions of objects, which is not built";
const otherFormats = "reads or writes ORC or Avro, which is refused";
const readsBuckets = "wants fewer bytes read by the hash of a bucket; here all files of the table are read";

/** File names below awswrangler's folder `tests/unit`: Athena, the Data Catalog and S3. */
export const awswranglerOutcomes: readonly SuiteOutcome[] = [
  {
    file: "test_athena.py",
    passed: 140,
    leftOut: {
      test_athena_create_ctas: otherFormats,
      test_athena_generate_create_query: hashOrder,
      test_athena_nan_inf: doubleLiterals,
      test_athena_orc: otherFormats,
      test_athena_read_sql_ctas_bucketing: noBuckets,
      test_bucketing_combined_csv_saving: readsBuckets,
      test_bucketing_csv_saving: readsBuckets,
      test_get_query_results_managed_results_empty_chunked: noManaged,
      test_read_sql_query_managed_results: noManaged,
      test_read_sql_query_managed_results_cache_hit: noManaged,
      test_read_sql_query_managed_results_chunked: noManaged,
      test_read_sql_query_managed_results_chunksize_true: noManaged,
      test_read_sql_query_managed_results_dtype_backend_pyarrow: noManaged,
      test_read_sql_query_managed_results_empty_chunked: noManaged,
    },
  },
  { file: "test_athena_cache.py", passed: 11, leftOut: {} },
  {
    file: "test_athena_csv.py",
    passed: 42,
    leftOut: {
      test_csv_compressed: noBzip2,
    },
  },
  {
    file: "test_athena_geospatial.py",
    passed: 0,
    leftOut: {
      test_athena_geospatial: noGeometry,
    },
  },
  { file: "test_athena_iceberg.py", passed: 45, leftOut: {} },
  {
    file: "test_athena_parquet.py",
    passed: 113,
    leftOut: {
      test_unload: otherFormats,
    },
  },
  { file: "test_athena_prepared.py", passed: 6, leftOut: {} },
  { file: "test_athena_projection.py", passed: 5, leftOut: {} },
  {
    file: "test_athena_spark.py",
    passed: 0,
    leftOut: {
      test_athena_spark_calculation: noSpark,
      test_athena_spark_calculation_with_spark_properties: noSpark,
    },
  },
  { file: "test_catalog.py", passed: 14, leftOut: {} },
  { file: "test_metadata.py", passed: 1, leftOut: {} },
  {
    file: "test_pandas_pyarrow_dtype_backend.py",
    passed: 5,
    leftOut: {
      test_athena_csv_dtype_backend: int96,
      test_dynamodb_read_items: noDynamoDb,
      test_s3_select: noSelect,
    },
  },
  { file: "test_routines.py", passed: 9, leftOut: {} },
  { file: "test_s3.py", passed: 64, leftOut: {} },
  {
    file: "test_s3_deltalake.py",
    passed: 11,
    leftOut: {
      test_read_deltalake: noDynamoDb,
      test_read_deltalake_partitions: noDynamoDb,
      test_read_deltalake_versioned: noDynamoDb,
      test_to_deltalake_streaming_creates_one_version_per_run: noDynamoDb,
      test_to_deltalake_streaming_empty_iterator_is_noop: noDynamoDb,
      test_to_deltalake_streaming_partitions_and_filters: noDynamoDb,
      test_to_deltalake_streaming_single_commit_overwrite: noDynamoDb,
    },
  },
  {
    file: "test_s3_excel.py",
    passed: 12,
    leftOut: {
      test_read_xlsx_versioned: noVersions,
    },
  },
  {
    file: "test_s3_orc.py",
    passed: 67,
    leftOut: {
      test_read_orc_versioned: noVersions,
    },
  },
  {
    file: "test_s3_parquet.py",
    passed: 164,
    leftOut: {
      test_read_from_access_point: noAccessPoints,
      test_read_parquet_table_with_client_side_encryption: noKms,
      test_read_parquet_versioned: noVersions,
      test_write_to_parquet_with_client_encryption_config: noKms,
    },
  },
  {
    file: "test_s3_select.py",
    passed: 1,
    leftOut: {
      test_compression: noSelect,
      test_encryption: noKms,
      test_full_table: noSelect,
      test_overflow_schema: noSelect,
      test_push_down: noSelect,
    },
  },
  {
    file: "test_s3_tables.py",
    passed: 9,
    leftOut: {
      test_read_column_selection: noS3Tables,
      test_read_limit: noS3Tables,
      test_read_row_filter: noS3Tables,
      test_write_and_read: noS3Tables,
      test_write_append: noS3Tables,
      test_write_overwrite: noS3Tables,
    },
  },
  {
    file: "test_s3_text.py",
    passed: 94,
    leftOut: {
      test_read_csv_versioned: noVersions,
      test_read_json_versioned: noVersions,
    },
  },
  { file: "test_s3_text_compressed.py", passed: 38, leftOut: {} },
  { file: "test_s3_wait.py", passed: 10, leftOut: {} },
];
