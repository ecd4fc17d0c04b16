import { createEnvironments } from "../../environments/environments.ts";
import { lockNamed } from "../../environments/locks.ts";
import { homePaths } from "../home/home.ts";
import type { Checkup, Finding } from "./checkup.ts";

const title = "Python";
/** One of the environments that are asked for most stands for all. */
const lock = "scikit-learn-1.4";
const versions = new Intl.ListFormat("en-GB", { type: "disjunction" }).format(lockNamed(lock).python);

/** For `sagebrush doctor`: whether the Python of the images that run scripts can be made here. */
export async function checkPython({ settings, environment }: Checkup): Promise<readonly Finding[]> {
  const folder = settings.environments || homePaths(settings.home).environmentsFolder;
  const { look } = createEnvironments({ folder, wheels: settings.wheels, environment });
  const { python, uv } = await look(lock);
  if (python === undefined && uv === undefined)
    return [
      {
        title,
        words: `training scripts cannot run: there is neither Python ${versions} on the PATH nor uv, which fetches one`,
        mark: "note",
        fix: "Install one of them, and start the server with a PATH that has it.",
      },
    ];
  const words = python
    ? `training scripts run in Python ${python.version}`
    : "training scripts run in a Python that uv fetches";
  return [
    { title, words: `${words}; their packages are installed by ${uv ?? "uv, which is installed at the first use"}` },
  ];
}
