import { join } from "node:path";
import { type PythonValue, pythonJson, toPython } from "../../base/python-value.ts";
import { commandArguments, type Hyperparameters } from "./hyperparameters.ts";

/** What a script's variables are made of. */
export interface TrainingFacts {
  readonly root: string;
  readonly hyperparameters: Hyperparameters;
  /** inputdataconfig.json */
  readonly channels: Readonly<Record<string, unknown>>;
  /** resourceconfig.json */
  readonly resources: ResourceConfig;
  readonly jobName: string;
  readonly program: string;
  readonly cores: number;
  /** The variable SAGEMAKER_TRAINING_MODULE of an image that has one. */
  readonly frameworkModule?: string;
}

export interface ResourceConfig {
  readonly current_host: string;
  readonly current_instance_type: string;
  readonly current_group_name: string;
  readonly hosts: readonly string[];
  readonly instance_groups: readonly { readonly instance_group_name: string; readonly hosts: readonly string[] }[];
  readonly network_interface_name: string;
}

const informationLevel: PythonValue = { int: "20" };

/** All that SageMaker's training toolkit knows of a job, by the names that it has there. */
function properties(facts: TrainingFacts): Record<string, PythonValue> {
  const { root, hyperparameters, channels, resources, jobName, program, cores, frameworkModule = null } = facts;
  const { reserved } = hyperparameters;
  const groups = resources.instance_groups;
  const folder = (path: string) => join(root, path);
  return {
    additional_framework_parameters: hyperparameters.framework,
    channel_input_dirs: toPython(channelFolders(facts)),
    current_host: resources.current_host,
    current_instance_group: resources.current_group_name,
    current_instance_group_hosts: [...(groups.find(isCurrent(resources))?.hosts ?? [])],
    current_instance_type: resources.current_instance_type,
    distribution_hosts: [],
    distribution_instance_groups: [],
    framework_module: frameworkModule,
    hosts: [...resources.hosts],
    hyperparameters: hyperparameters.own,
    input_config_dir: folder("input/config"),
    input_data_config: toPython(channels),
    input_dir: folder("input"),
    instance_groups: groups.map((group) => group.instance_group_name),
    instance_groups_dict: toPython(Object.fromEntries(groups.map((group) => [group.instance_group_name, group]))),
    is_hetero: groups.length > 1,
    is_master: resources.current_host === resources.hosts[0],
    is_modelparallel_enabled: null,
    is_smddpmprun_installed: false,
    is_smddprun_installed: false,
    job_name: jobName,
    log_level: reserved.get("sagemaker_container_log_level") ?? informationLevel,
    master_hostname: resources.hosts[0]!,
    model_dir: folder("model"),
    module_dir: reserved.get("sagemaker_submit_directory") ?? folder("code"),
    module_name: program.replace(/\.py$/, ""),
    network_interface_name: resources.network_interface_name,
    num_cpus: { int: String(cores) },
    num_gpus: { int: "0" },
    num_neurons: { int: "0" },
    output_data_dir: folder("output/data"),
    output_dir: folder("output"),
    output_intermediate_dir: folder("output/intermediate"),
    resource_config: toPython(resources),
    topology: [],
    user_entry_point: program,
  };
}

const isCurrent =
  ({ current_group_name }: ResourceConfig) =>
  ({ instance_group_name }: { readonly instance_group_name: string }): boolean =>
    instance_group_name === current_group_name;

const channelFolders = ({ root, channels }: TrainingFacts): Record<string, string> =>
  Object.fromEntries(Object.keys(channels).map((name) => [name, join(root, "input/data", name)]));

/** Names of properties whose variable has another name, or that have none. */
const renamed: Readonly<Record<string, string | undefined>> = {
  additional_framework_parameters: "framework_params",
  hyperparameters: "hps",
  channel_input_dirs: undefined,
  distribution_hosts: undefined,
  is_master: undefined,
  is_modelparallel_enabled: undefined,
  is_smddpmprun_installed: undefined,
  is_smddprun_installed: undefined,
  job_name: undefined,
  master_hostname: undefined,
  topology: undefined,
};

/** The variables SM_... that a script finds. */
export function trainingEnvironment(facts: TrainingFacts): Record<string, string> {
  const known = properties(facts);
  const named = Object.entries(known).flatMap(([name, value]): [string, PythonValue][] => {
    const variable = name in renamed ? renamed[name] : name;
    return variable === undefined ? [] : [[variable, value]];
  });
  const folders = channelFolders(facts);
  const values: [string, PythonValue][] = [
    ...named,
    ["channels", Object.keys(folders).sort()],
    ["training_env", new Map(Object.entries(known))],
    ["user_args", commandArguments(facts.hyperparameters.own)],
    ...Object.entries(folders).map(([name, path]): [string, PythonValue] => [`channel_${name}`, path]),
    ...[...facts.hyperparameters.own].map(([name, value]): [string, PythonValue] => [`hp_${name}`, value]),
    // Of the images for PyTorch.
    ["master_addr", facts.resources.hosts[0]!],
    ["master_port", { int: "7777" }],
  ];
  return Object.fromEntries(values.map(([name, value]) => [`SM_${name.toUpperCase()}`, variableText(value)]));
}

const variableText = (value: PythonValue): string =>
  value === null ? "" : typeof value === "string" ? value : pythonJson(value);

/** The job as the log of AWS's images shows it before the script's first line. */
export const shownFacts = (facts: TrainingFacts): string => pythonJson(new Map(Object.entries(properties(facts))), 4);

/** Returns the cores that a script is told of: those of its run's limit, where the machine has as many. */
export const shownCores = ({ SAGEBRUSH_CORES }: NodeJS.ProcessEnv, machine: number): number =>
  Math.max(1, Math.floor(Math.min(Number(SAGEBRUSH_CORES ?? Number.POSITIVE_INFINITY), machine)));
