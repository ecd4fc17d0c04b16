import { join } from "node:path";
import { appHome, appSocket, labSettingsFolder } from "../../images/app-plan.ts";
import { mlRoot } from "../ml-root.ts";

/** JupyterLab has its pages, kernels and extensions in the environment below the run's own Python. */
const script = `
root=$(python3 -c 'import jupyterlab, pathlib; print(pathlib.Path(jupyterlab.__file__).parents[4])') || exit 1
export JUPYTER_PATH="$root/share/jupyter" JUPYTER_CONFIG_PATH="$SETTINGS:$root/etc/jupyter"
unset SETTINGS
exec python3 -m jupyterlab --LabApp.app_dir="$root/share/jupyter/lab" "$@"
`;

/** Returns the command line of a JupyterLab that listens on its Unix socket alone, and so asks nobody for a token. */
export const labCommand = (basePath: string): readonly string[] => [
  ...["/bin/sh", "-c", script, "jupyterlab", "--no-browser", "--allow-root"],
  `--ServerApp.sock=${join(mlRoot, appSocket)}`,
  "--ServerApp.sock_mode=0600",
  `--ServerApp.base_url=${basePath}`,
  "--IdentityProvider.token=",
  "--ServerApp.password=",
  "--ServerApp.allow_remote_access=True",
  `--ServerApp.root_dir=${appHome}`,
  "--LabApp.extension_manager=readonly",
  "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
  "--LabApp.news_url=",
  "--KernelManager.transport=ipc",
];

/** The variables of a JupyterLab besides those of every script. What kernels leave of their connections stays in /tmp. */
export const labVariables: Readonly<Record<string, string>> = {
  HOME: appHome,
  SETTINGS: join(mlRoot, labSettingsFolder),
  JUPYTER_RUNTIME_DIR: "/tmp/jupyter",
  SHELL: "/bin/bash",
};
