/**
 * What moto's own tests of what it and Sagebrush both have come to against a real server, with `mock_aws` doing nothing and an
 * endpoint in service under the name that they use. They are run by hand from a copy of moto's repository, at this commit.
 */
export const motoCommit = "0af643a5d";

interface MotoOutcome {
  /** Below moto's folder `tests`. */
  readonly file: string;
  readonly passed: number;
  /** The tests that do not pass, each with the reason. */
  readonly leftOut: Readonly<Record<string, string>>;
}

const noEcs = "made on ECS, which is not built";
const noDynamoDb = "made on DynamoDB, which is not built";
const madeUp = "wants an answer that was made up beforehand, of an endpoint that does not exist";
const noArn = "names actions such as `arn:ok`, which AWS refuses too";
const documented = "wants a ValidationException where AWS documents an ObjectNotFoundException";

const noKeys = "makes partitions with a value in a table without partition keys, which AWS refuses too";
const noPolicy = "wants an empty answer where there is no policy; AWS documents an EntityNotFoundException";
const otherCondition = "wants other errors of conditions; AWS documents a ConditionCheckFailureException";
const noProperty = "gives a connection a property that AWS does not know";

export const motoOutcomes: readonly MotoOutcome[] = [
  {
    file: "test_cloudwatch/test_cloudwatch_alarms.py",
    passed: 3,
    leftOut: {
      test_create_alarm: noArn,
      test_delete_alarm: noArn,
      test_enable_disable_alarm_actions: noArn,
      test_describe_alarms: "puts an alarm on metric math, which is refused",
      test_alarm_state: "wants a new alarm without data to be OK; AWS begins with INSUFFICIENT_DATA",
    },
  },
  {
    file: "test_cloudwatch/test_cloudwatch_tags.py",
    passed: 5,
    leftOut: {
      test_list_tags_for_resource_with_unknown_resource:
        "wants no tags of what does not exist; AWS documents a ResourceNotFoundException",
      test_tag_resource_on_resource_without_tags: "puts an alarm without a statistic, which AWS refuses too",
      test_tag_insight_rules_resource: "tags a Contributor Insights rule, which is not built",
    },
  },
  {
    file: "test_applicationautoscaling/test_applicationautoscaling.py",
    passed: 1,
    leftOut: {
      test_describe_scalable_targets_one_basic_ecs_success: noEcs,
      test_describe_scalable_targets_one_full_ecs_success: noEcs,
      test_describe_scalable_targets_only_return_ecs_targets: noEcs,
      test_describe_scalable_targets_next_token_success: noEcs,
      test_register_scalable_target_resource_id_variations: noEcs,
      test_register_scalable_target_updates_existing_target: noEcs,
      test_delete_scaling_policies: documented,
      test_deregister_scalable_target: documented,
      test_delete_scheduled_action: noEcs,
      test_describe_scheduled_actions: noEcs,
      test_put_scheduled_action: noDynamoDb,
      test_put_scheduled_action__use_update: noEcs,
    },
  },
  {
    file: "test_applicationautoscaling/test_applicationautoscaling_policies.py",
    passed: 0,
    leftOut: {
      test_put_scaling_policy_with_unknown_policytype: noDynamoDb,
      test_describe_scaling_policy_alarms: noDynamoDb,
      test_describe_scaling_policy_with_ecs_alarms: noEcs,
    },
  },
  {
    file: "test_applicationautoscaling/test_validation.py",
    passed: 3,
    leftOut: {
      test_target_params_are_valid_success: "tries a function of moto itself",
      test_register_scalable_target_ecs_with_non_existent_service_should_return_clusternotfound_exception: noEcs,
    },
  },
  {
    file: "test_sagemakerruntime/test_sagemakerruntime.py",
    passed: 0,
    leftOut: {
      test_invoke_endpoint__default_results: madeUp,
      test_invoke_endpoint: madeUp,
      test_invoke_endpoint_async: madeUp,
      test_invoke_endpoint_async_should_read_sync_queue_if_async_not_configured: madeUp,
    },
  },
  {
    file: "test_glue/test_datacatalog.py",
    passed: 21,
    leftOut: {
      test_create_database: "wants an empty map of parameters; here an empty map counts as none",
      test_get_table_versions: "wants the first version to be 1, and the oldest first; AWS begins with 0",
      test_delete_table_version: "wants the first version to be 1; AWS begins with 0",
      test_create_partition: noKeys,
      test_create_partition_already_exist: noKeys,
      test_get_partition_not_found: noKeys,
      test_batch_create_partition: noKeys,
      test_batch_create_partition_already_exist: noKeys,
      test_get_partition: noKeys,
      test_batch_get_partition: noKeys,
      test_batch_get_partition_missing_partition: noKeys,
      test_update_partition_not_found_moving: noKeys,
      test_update_partition_not_found_change_in_place: noKeys,
      test_update_partition_cannot_overwrite: noKeys,
      test_update_partition: noKeys,
      test_update_partition_move: noKeys,
      test_batch_update_partition: noKeys,
      test_batch_update_partition_missing_partition: noKeys,
      test_delete_partition: noKeys,
      test_delete_partition_bad_partition: noKeys,
      test_batch_delete_partition: noKeys,
      test_batch_delete_partition_with_bad_partitions: noKeys,
    },
  },
  {
    file: "test_glue/test_partition_filter.py",
    passed: 5,
    leftOut: {
      test_get_partitions_expression_unknown_column: noKeys,
      test_get_partitions_expression_int_column: "writes OR in parentheses, as no SQL has it",
    },
  },
  {
    file: "test_glue/test_glue.py",
    passed: 0,
    leftOut: {
      test_create_connection: noProperty,
      test_get_connection: noProperty,
      test_get_connections: noProperty,
      test_create_connection_properties: noProperty,
      test_create_connection_n_props: noProperty,
      test_put_data_catalog_encryption_settings: "asks for a catalog encrypted by a key of KMS, which is refused",
      test_put_resource_policy: "puts policies on catalogs of other regions, which AWS refuses too",
      test_get_resource_policy: noPolicy,
      test_put_resource_policy_error_conditions: otherCondition,
      test_delete_resource_policy: noPolicy,
      test_delete_resource_policy_error_conditions: otherCondition,
      test_glue_resources_tagging_via_rgta: "asks the Resource Groups Tagging API, which is not built",
    },
  },
];
