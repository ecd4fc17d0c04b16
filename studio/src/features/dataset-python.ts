import { type Dataset, rangeOf } from "./dataset.ts";
import { definitionOf, type Group } from "./group.ts";

/** A version of SageMaker's SDK for Python, and what its programs begin with. */
export interface SdkVersion {
  readonly title: string;
  readonly imports: (names: readonly string[]) => readonly string[];
  readonly group: (name: string) => string;
  /** What stands before the arguments of a builder, and those after the base. */
  readonly create: readonly [call: string, argument: string | undefined];
  /** Whether it reads event times that are texts as numbers where it compares them, which Athena refuses. */
  readonly readsTextsAsNumbers?: true;
}

export const sdkVersions: readonly SdkVersion[] = [
  {
    title: "SageMaker SDK 2",
    imports: (names) => [
      "from sagemaker import Session",
      ...(names.length > 0 ? [`from sagemaker.feature_store.dataset_builder import ${names.join(", ")}`] : []),
      "from sagemaker.feature_store.feature_group import FeatureGroup",
      "from sagemaker.feature_store.feature_store import FeatureStore",
    ],
    group: (name) => `FeatureGroup(name=${python(name)}, sagemaker_session=session)`,
    create: ["FeatureStore(session).create_dataset", undefined],
  },
  {
    title: "SageMaker SDK 3",
    imports: (names) => [
      "from sagemaker.core.helper.session_helper import Session",
      `from sagemaker.mlops.feature_store import ${["DatasetBuilder", "FeatureGroup", ...names].join(", ")}`,
    ],
    group: (name) => `FeatureGroup.get(feature_group_name=${python(name)})`,
    create: ["DatasetBuilder.create", "session=session"],
    readsTextsAsNumbers: true,
  },
];

/** A text is written as in JSON, which Python reads the same. */
const python = (text: string) => JSON.stringify(text);
const list = (names: readonly string[]) => `[${names.map(python).join(", ")}]`;

/** A time of ISO-8601 as Python makes it. Writes are compared as UTC without a zone. */
function datetime(text: string, zone: string): string {
  const [year, month, day, hour, minute, second] = new Date(text).toISOString().split(/\D/).map(Number);
  return `datetime(${[year, month, day, hour, minute, ...(second === 0 ? [] : [second])].join(", ")}${zone})`;
}
const utc = ", tzinfo=timezone.utc";

const call = (name: string, args: readonly string[]) =>
  `${name}(${args.length > 0 ? `\n${args.map((one) => `    ${one},\n`).join("")}` : ""})`;

const hasTextTimes = (group: Group) => definitionOf(group, group.eventTime)?.FeatureType === "String";

const warning = [
  "# This version compares event times that are texts as numbers, which Athena refuses:",
  "# use version 2, or the SQL.",
];

/** The program that makes a dataset with SageMaker's SDK. */
export function datasetPython({ wanted, base, joined }: Dataset, output: string, sdk: SdkVersion): string {
  const { asOf, deleted, duplicates, features, joins, most, pointInTime, recent } = wanted;
  const [from, to] = rangeOf(wanted);
  const [create, argument] = sdk.create;
  const names = [
    ...(joins.some(({ comparator }) => comparator !== "EQUALS") ? ["JoinComparatorEnum"] : []),
    ...(joins.some(({ type }) => type !== "INNER_JOIN") ? ["JoinTypeEnum"] : []),
  ];
  const isTimed = from !== "" || to !== "";
  const times = isTimed
    ? ["from datetime import datetime, timezone", ""]
    : asOf
      ? ["from datetime import datetime", ""]
      : [];
  const range = [from, to].map((time) => (time === "" ? "None" : datetime(time, utc)));
  const steps = [
    ...joins.map((join) =>
      call("with_feature_group", [
        sdk.group(join.group),
        `target_feature_name_in_base=${python(join.by || base.identifier)}`,
        ...(join.features.length > 0 ? [`included_feature_names=${list(join.features)}`] : []),
        ...(join.on === "" ? [] : [`feature_name_in_target=${python(join.on)}`]),
        ...(join.comparator === "EQUALS" ? [] : [`join_comparator=JoinComparatorEnum.${join.comparator}`]),
        ...(join.type === "INNER_JOIN" ? [] : [`join_type=JoinTypeEnum.${join.type}`]),
      ]),
    ),
    ...(pointInTime ? ["point_in_time_accurate_join()"] : []),
    ...(asOf === "" ? [] : [`as_of(${datetime(asOf, "")})`]),
    ...(isTimed ? [`with_event_time_range(${range.join(", ")})`] : []),
    ...(duplicates ? ["include_duplicated_records()"] : []),
    ...(deleted ? ["include_deleted_records()"] : []),
    ...(recent === "" ? [] : [`with_number_of_recent_records_by_record_identifier(${recent})`]),
    ...(most === "" ? [] : [`with_number_of_records_from_query_results(${most})`]),
  ];
  const built = call(create, [
    `base=${sdk.group(base.name)}`,
    `output_path=${python(output)}`,
    ...(argument ? [argument] : []),
    ...(features.length > 0 ? [`included_feature_names=${list(features)}`] : []),
  ]);
  const comparesTexts = (pointInTime || isTimed) && [base, ...joined].some(hasTextTimes);
  return [
    ...(sdk.readsTextsAsNumbers && comparesTexts ? warning : []),
    ...times,
    ...sdk.imports(names),
    "",
    "session = Session()",
    `dataset = ${built}`,
    ...steps.map((step) => `dataset = dataset.${step}`),
    "frame, query = dataset.to_dataframe()",
    "print(frame)",
  ].join("\n");
}
