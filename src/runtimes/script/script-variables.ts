import { serverAddress } from "../server-address.ts";
import { pythonVariables } from "./run-python.ts";

export interface VariableSources {
  /** Those of the job's request. */
  readonly own: Readonly<Record<string, string>>;
  /** What the container contract adds. */
  readonly contract: Readonly<Record<string, string>>;
  /** Where the script finds the credentials of the job's role. */
  readonly credentials: Readonly<Record<string, string>>;
  /** How packages are reached. */
  readonly access: Readonly<Record<string, string>>;
}

/** Of the run's own variables, those that its script gets too. */
const passed = ["HOME", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_EC2_METADATA_DISABLED"];

/**
 * The variables of a script. It gets nothing of the run's own key: it acts as the job's role. Its PATH and its PYTHONPATH
 * end with ours.
 */
export function scriptVariables(
  { own, contract, credentials, access }: VariableSources,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const { PATH, PYTHONPATH, ...python } = pythonVariables(access);
  const given = passed.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]!]]));
  const joined = (...paths: (string | undefined)[]) => paths.filter(Boolean).join(":");
  return {
    ...python,
    ...Object.fromEntries(given),
    ...own,
    ...more,
    ...contract,
    ...credentials,
    AWS_ENDPOINT_URL: serverAddress(),
    NO_PROXY: [process.env.NO_PROXY, access.NO_PROXY ?? access.no_proxy, own.NO_PROXY].filter(Boolean).join(","),
    PATH: joined(own.PATH, PATH),
    PYTHONPATH: joined(own.PYTHONPATH, more.PYTHONPATH, PYTHONPATH),
  };
}
