import type { SuiteOutcome } from "./moto-outcomes.ts";

/**
 * What the SageMaker Python SDK's own integration tests of Feature Store come to against a real server, started by
 * `sagebrush exec`, with their pauses cut to six seconds. They are run by hand from copies of the repository, at these commits;
 * version 2's without the policy of its bucket, because bucket policies are not built.
 */
export const sdkVersion3Commit = "a24812666";
export const sdkVersion2Commit = "fc582aaa4";

const noLakeFormation = "registers places with Lake Formation, which is not built";

export const sdkVersion3Outcomes: readonly SuiteOutcome[] = [
  { file: "test_feature_store.py", passed: 8, leftOut: {} },
  { file: "test_feature_store_batch_write_record.py", passed: 10, leftOut: {} },
  { file: "test_feature_store_iceberg_properties.py", passed: 9, leftOut: {} },
  {
    file: "test_feature_store_lakeformation.py",
    passed: 6,
    leftOut: {
      test_create_feature_group_and_enable_lake_formation: noLakeFormation,
      test_create_feature_group_with_lake_formation_enabled: noLakeFormation,
      test_enable_lake_formation_default_logs_recommended_policy: noLakeFormation,
      test_enable_lake_formation_fails_with_nonexistent_role: noLakeFormation,
      test_enable_lake_formation_full_flow_with_policy_output: noLakeFormation,
      test_enable_lake_formation_with_custom_role_logs_policy: noLakeFormation,
    },
  },
  { file: "test_feature_store_list_records.py", passed: 8, leftOut: {} },
];

const oneObject = "waits for a second object, where all rows are in one; it passes when it waits for the first";

export const sdkVersion2Outcomes: readonly SuiteOutcome[] = [
  {
    file: "test_feature_store.py",
    passed: 27,
    leftOut: {
      test_create_dataset_with_feature_group_base: oneObject,
      test_create_dataset_with_feature_group_base_with_additional_params: oneObject,
      test_search: "is skipped by the project itself",
    },
  },
];
