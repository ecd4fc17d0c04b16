import { globSync } from "node:fs";
import { join } from "node:path";
import type { PythonValue } from "../../base/python-value.ts";
import { shellWord } from "../../base/shell-word.ts";
import { runPythonFolder } from "./run-python.ts";
import { ScriptFault } from "./script-fault.ts";
import type { TrainingFacts } from "./training-environment.ts";

/** How the script of a job is started on this host, with the variables that it gets besides. */
export interface Distributed {
  readonly command: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

/** The place of this host among those of the job. */
interface Place {
  readonly facts: TrainingFacts;
  readonly hosts: readonly string[];
  readonly rank: number;
  readonly python: string;
  /** The script, with its arguments. */
  readonly words: readonly string[];
}

/** The ways in which SDK 2 asks for a script on several hosts (`distribution`), by the hyperparameter of each. */
const distributions: Readonly<Record<string, (place: Place) => Distributed>> = {
  sagemaker_torch_distributed_enabled: byTorch,
  sagemaker_pytorch_ddp_enabled: byTorch,
  sagemaker_mpi_enabled: byMpi,
  sagemaker_parameter_server_enabled: withParameterServers,
  sagemaker_multi_worker_mirrored_strategy_enabled: withMirrors,
};

/** Returns how the script is started where the job asks for a distribution; undefined where it asks for none. */
export function distributed(facts: TrainingFacts, command: readonly string[], kind: string): Distributed | undefined {
  const { framework } = facts.hyperparameters;
  const name = Object.keys(distributions).find((each) => framework.get(each) === true);
  if (name === undefined) return undefined;
  if (kind !== "program")
    throw new ScriptFault(`Distribution (${name}) is for a script of Python, and ${facts.program} is none.`);
  const [python, ...words] = command;
  const { hosts, current_host: host } = facts.resources;
  const script = words[0] === "--" ? words.slice(1) : words;
  return distributions[name]!({ facts, hosts, rank: hosts.indexOf(host), python: python!, words: script });
}

/** As the training toolkit starts it: one process a host, because there are no GPUs. */
function byTorch({ hosts, rank, python, words }: Place): Distributed {
  const nodes = [`--nnodes=${hosts.length}`, "--nproc_per_node=1", `--node_rank=${rank}`];
  const master = [`--master_addr=${hosts[0]}`, "--master_port=7777"];
  return { command: [python, "-m", "sagebrush_torchrun", ...nodes, ...master, ...words], variables: {} };
}

/** The script becomes one process of each host for MPI: the first host starts all, the others wait to be asked. */
function byMpi({ facts, hosts, rank, python, words }: Place): Distributed {
  const { framework } = facts.hyperparameters;
  const remote = [python, "-m", "sagebrush_remote"];
  // mpirun parts it at its blanks, and knows no quotes.
  const agent = remote.join(" ");
  // Of Open MPI 4 and 5; both refuse root, which the job's user may be, unless they are told.
  const variables = {
    ...{ OMPI_MCA_plm_rsh_agent: agent, PRTE_MCA_plm_ssh_agent: agent },
    ...Object.fromEntries(["OMPI", "PRTE"].flatMap((name) => rootAllowed(name))),
  };
  if (rank > 0) return { command: [...remote, "--wait"], variables };
  const each = numberOf(framework.get("sagemaker_mpi_num_of_processes_per_host"), 1);
  const own = framework.get("sagemaker_mpi_custom_mpi_options");
  const hasMpi4py = globSync(join(runPythonFolder, "lib/python*/site-packages/mpi4py")).length > 0;
  const command = [
    ...["mpirun", "--host", hosts.map((host) => `${host}:${each}`).join(","), "-np", String(hosts.length * each)],
    ...["--tag-output", "-x", "PATH", "-x", "PYTHONPATH"],
    ...(typeof own === "string" ? own.split(/\s+/).filter(Boolean) : []),
    ...[python, ...(hasMpi4py ? ["-m", "mpi4py"] : []), ...words],
  ];
  return { command, variables };
}

const rootAllowed = (name: string): [string, string][] => [
  [`${name}_ALLOW_RUN_AS_ROOT`, "1"],
  [`${name}_ALLOW_RUN_AS_ROOT_CONFIRM`, "1"],
];

const numberOf = (value: PythonValue | undefined, usual: number): number =>
  value !== null && typeof value === "object" && "int" in value ? Number(value.int) || usual : usual;

const serverPort = 2223;
const workerPort = 2222;
const mirrorPort = 8890;

/** A parameter server on each host, and the script: the first host is the master, as in AWS's images for TensorFlow. */
function withParameterServers({ hosts, rank, python, words }: Place): Distributed {
  const at = (port: number, some: readonly string[]) => some.map((host) => `${host}:${port}`);
  const cluster = {
    master: at(workerPort, hosts.slice(0, 1)),
    ps: at(serverPort, hosts),
    ...(hosts.length > 1 && { worker: at(workerPort, hosts.slice(1)) }),
  };
  const task = rank === 0 ? { index: 0, type: "master" } : { index: rank - 1, type: "worker" };
  const TF_CONFIG = JSON.stringify({ cluster, environment: "cloud", task });
  const server = JSON.stringify({ cluster, environment: "cloud", task: { index: rank, type: "ps" } });
  const serve =
    "import tensorflow as tf; tf.distribute.Server(tf.train.ClusterSpec(__import__('json').loads(__import__('os').environ['TF_CONFIG'])['cluster']), job_name='ps', task_index=RANK).join()";
  const shell = `TF_CONFIG=${shellWord(server)} ${shellWord(python)} -c ${shellWord(serve.replace("RANK", String(rank)))} & exec "$@"`;
  return { command: ["/bin/sh", "-c", shell, "sh", python, ...words], variables: { TF_CONFIG } };
}

/** TensorFlow's MultiWorkerMirroredStrategy finds the hosts by itself. */
function withMirrors({ hosts, rank, python, words }: Place): Distributed {
  const worker = hosts.map((host) => `${host}:${mirrorPort}`);
  const TF_CONFIG = JSON.stringify({
    cluster: { worker },
    environment: "cloud",
    task: { index: rank, type: "worker" },
  });
  return { command: [python, ...words], variables: { TF_CONFIG } };
}
