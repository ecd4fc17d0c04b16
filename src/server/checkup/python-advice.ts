import { createEnvironments } from "../../environments/environments.ts";
import { homePaths } from "../home/home.ts";
import type { Checkup, Finding } from "./checkup.ts";

const title = "Python";

/** For `sagebrush doctor`: whether the Python of the images that run scripts can be made here. */
export async function checkPython({ settings, environment }: Checkup): Promise<readonly Finding[]> {
  const folder = settings.environments || homePaths(settings.home).environmentsFolder;
  const { look } = createEnvironments({ folder, wheels: settings.wheels, environment });
  const { python, uv } = await look("scikit-learn-1.4");
  if (python === undefined && uv === undefined)
    return [
      {
        title,
        words:
          "training scripts cannot run: there is neither Python 3.10, 3.11 or 3.12 on the PATH nor uv, which fetches one",
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
