/**
 * What moto's own tests of what it and Sagebrush both have come to against a real server, with `mock_aws` doing nothing and an
 * endpoint in service under the name that they use. They are run by hand from a copy of moto's repository, at this commit.
 */
export const motoCommit = "0af643a5d";

/** What the tests of a file of another project come to. */
export interface SuiteOutcome {
  /** Below the folder of the project's tests. */
  readonly file: string;
  /** Tests with parameters count once for each. */
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

const noStatement = "starts a text that is no statement, such as `query1`, which AWS refuses too";
const noCatalogs = "makes data catalogs besides the account's own, which are not built";
const noCapacity = "reserves capacity, which is not built";
const noTagging = "asks the Resource Groups Tagging API, which is not built";
const atOnce = "wants a query to be over when it is started, or to stand still until it is told to go on";
const inMoto = "wants results that were put into moto beforehand";
const metricsOff =
  "wants work groups to publish no metrics unless they are told to; here they publish unless told not to";
const otherWords = "wants another text of the fault";
const otherName = "names a prepared statement with a hyphen, which AWS refuses too";

const ownTime = "signs at a time of its own, which a server refuses as AWS does";
const insideMoto = "looks into moto itself, or changes it";
const spaceBehind = "names the attribute `VisibilityTimeout ` with a space behind, which AWS refuses too";
const earlierHandle = "uses the handle of an earlier receive; AWS documents that the latest one counts";
const awsAddress = "wants addresses of amazonaws.com";
const noEncryption =
  "wants encryption at rest with a key, which is refused: messages lie in the home's files as they are";
const noSms = "sends SMS, which is refused by name";
const unconfirmed =
  "takes an HTTP subscription for confirmed that its endpoint has not confirmed; AWS waits for that too";
const noConfig = "asks AWS Config, which is not built";
const noAddress =
  "makes transform jobs with `input` as an S3 address and `blah_model` as a model, which AWS refuses too";
const noResource = "gives a policy without the ARN of a resource, which is refused";

export const motoOutcomes: readonly SuiteOutcome[] = [
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
      test_glue_resources_tagging_via_rgta: noTagging,
    },
  },
  {
    file: "test_athena/test_athena.py",
    passed: 9,
    leftOut: {
      test_create_work_group: otherWords,
      test_start_query_validate_workgroup: otherWords,
      test_get_primary_workgroup: metricsOff,
      test_create_and_get_workgroup: metricsOff,
      test_create_workgroup_with_default_configuration: metricsOff,
      test_start_query_execution: noStatement,
      test_start_query_execution_without_result_configuration: noStatement,
      test_list_query_executions: noStatement,
      test_list_query_executions_by_workgroup: noStatement,
      test_list_query_executions_by_workgroup_when_none_match: noStatement,
      test_get_query_runtime_statistics_with_execution_id: noStatement,
      test_get_query_execution: atOnce,
      test_create_data_catalog: noCatalogs,
      test_create_and_get_data_catalog: noCatalogs,
      test_list_tags_for_resource: noCatalogs,
      test_list_tags_for_resource_with_no_tags: noCatalogs,
      test_list_tags_for_resource_not_found:
        "wants an InvalidRequestException where AWS documents a ResourceNotFoundException",
      test_get_query_results: inMoto,
      test_get_query_results_queue: inMoto,
      test_create_prepared_statement: otherName,
      test_get_prepared_statement: otherName,
    },
  },
  {
    file: "test_athena/test_athena_capacity_reservations.py",
    passed: 0,
    leftOut: {
      test_create_capacity_reservation: noCapacity,
      test_get_capacity_reservation: noCapacity,
      test_get_capacity_reservation_not_found: noCapacity,
      test_list_capacity_reservations: noCapacity,
      test_update_capacity_reservation: noCapacity,
    },
  },
  {
    file: "test_athena/test_athena_database.py",
    passed: 8,
    leftOut: {
      test_get_database_default: "wants an empty map of parameters; here an empty map counts as none",
      test_create_database_via_ddl_and_get: atOnce,
      test_create_database_schema_keyword: atOnce,
      test_drop_database_via_ddl: atOnce,
      test_create_database_with_catalog_context: noCatalogs,
      test_list_databases_empty_catalog: "wants an empty list for a catalog that does not exist",
    },
  },
  {
    file: "test_athena/test_athena_execution_state.py",
    passed: 0,
    leftOut: { test_execution_with_manual_transition: atOnce, test_get_query_results_without_transition: atOnce },
  },
  {
    // Without the tags that its helper gives a bucket, which are not built.
    file: "test_athena/test_athena_integration.py",
    passed: 1,
    leftOut: {},
  },
  {
    file: "test_athena/test_athena_resourcegroupstagging_integration.py",
    passed: 0,
    leftOut: {
      test_create_work_group_group_tagging_api: noTagging,
      test_create_data_catalog_group_tagging_api: noTagging,
      test_athena_capacity_reservation_group_tagging_api: noTagging,
    },
  },
  {
    file: "test_athena/test_athena_server_api.py",
    passed: 0,
    leftOut: {
      test_set_athena_result: inMoto,
      test_set_multiple_athena_result: inMoto,
      test_set_athena_result_with_custom_region_account: inMoto,
    },
  },
  {
    file: "test_sqs/test_sqs.py",
    passed: 123,
    leftOut: {
      test_create_queue_with_different_attributes_fail: "makes a queue with FifoQueue `tru`, which AWS refuses too",
      test_create_queue_kms: noEncryption,
      test_create_queue_with_policy: noResource,
      test_set_queue_attribute_empty_policy_removes_attr: noResource,
      test_get_queue_attributes_template_response_validation: noResource,
      test_set_attributes_integer_fields_conversion: insideMoto,
      test_fifo_queue_send_duplicate_messages_after_deduplication_time_limit: insideMoto,
      test_get_queue_url_error_not_exists:
        "wants a QueueDoesNotExist for what is no address of a queue; AWS documents an InvalidAddress",
      test_message_retention_period: "keeps messages for 1 s, which AWS refuses too",
      test_create_queues_in_multiple_region: awsAddress,
      test_get_queue_with_prefix: awsAddress,
      test_change_message_visibility_than_permitted: ownTime,
      test_batch_change_message_visibility: ownTime,
      test_queue_with_dlq: ownTime,
      test_receive_messages_with_message_group_id_on_visibility_timeout: ownTime,
      test_message_becomes_inflight_when_received: spaceBehind,
      test_receive_message_with_explicit_visibility_timeout: spaceBehind,
      test_change_message_visibility: spaceBehind,
      test_queue_length: spaceBehind,
      test_delete_batch_operation: spaceBehind,
      test_delete_message_after_visibility_timeout: spaceBehind,
      test_change_message_visibility_on_old_message: earlierHandle,
      test_batch_change_message_visibility_on_old_message: earlierHandle,
      test_delete_message_using_old_receipt_handle: earlierHandle,
      test_delete_message_batch_with_invalid_receipt_id: otherWords,
      test_message_delay_is_more_than_15_minutes: "gives a standard queue deduplication ids, which AWS refuses too",
    },
  },
  {
    file: "test_sns/test_topics.py",
    passed: 20,
    leftOut: {
      test_topic_attributes: "wants a DeliveryPolicy where none was set; AWS shows none",
      test_topic_paging: "wants a number as the token of a page",
      test_add_permission_errors: otherWords,
      test_create_fifo_topic: otherWords,
      test_topic_kms_master_key_id_attribute: noEncryption,
      test_list_config_service_resources: noConfig,
      test_get_config_resource: noConfig,
    },
  },
  {
    file: "test_sns/test_subscriptions.py",
    passed: 8,
    leftOut: {
      test_subscribe_sms: noSms,
      test_subscribe_bad_sms: noSms,
      test_check_not_opted_out: noSms,
      test_check_opted_out: noSms,
      test_list_opted_out: noSms,
      test_opt_in: noSms,
      test_subscription_paging: "subscribes addresses of e-mail, which are refused by name",
      test_creating_subscription: unconfirmed,
      test_unsubscribe_from_deleted_topic: unconfirmed,
      test_subscribe_attributes: unconfirmed,
      test_set_subscription_attributes: unconfirmed,
      test_confirm_subscription: "confirms with a token that nobody was sent, which AWS refuses too",
      test_creating_subscription_with_attributes: "names a SubscriptionRoleArn, which is for Firehose and refused",
      test_subscribe_invalid_filter_policy:
        "wants an InvalidParameter for too large a filter; AWS documents a FilterPolicyLimitExceeded",
    },
  },
  {
    file: "test_sns/test_publish_batch.py",
    passed: 8,
    leftOut: {
      test_publish_with_upper_cased_message_attributes: "gives an entry the id `some id`, which AWS refuses too",
    },
  },
  {
    file: "test_sagemaker/test_sagemaker_transform.py",
    passed: 1,
    leftOut: {
      test_create_transform_job: noAddress,
      test_list_transform_jobs: noAddress,
      test_list_transform_jobs_multiple: noAddress,
      test_list_transform_jobs_with_name_filters: noAddress,
      test_list_transform_jobs_paginated: noAddress,
      test_list_transform_jobs_paginated_with_target_in_middle: noAddress,
      test_list_transform_jobs_paginated_with_fragmented_targets: noAddress,
      test_add_tags_to_transform_job: noAddress,
      test_delete_tags_from_transform_job: noAddress,
      test_list_transform_jobs_should_validate_input: otherWords,
      test_describe_unknown_transform_job: otherWords,
    },
  },
  { file: "test_sqs/test_sqs_message_attributes.py", passed: 5, leftOut: {} },
];
