import type { PlannedPython } from "./python-plan.ts";

/** The instructions of the program that stages an app of Studio. The plan is in `appPlanFile` below /opt/ml and holds no secret. */
export interface AppPlan {
  readonly python: PlannedPython;
  /** Below which path of its origin the app answers: "/jupyterlab/default/". */
  readonly basePath: string;
  /** Lines for the beginning of its log. */
  readonly notes: readonly string[];
}

export const appPlanFile = "config/app-plan.json";

/** The Unix socket of the app in the run's /opt/ml. */
export const appSocket = "app.sock";

/** Where an app sees the folder of its user or space. */
export const appHome = "/home/sagemaker-user";

/** How long after SIGTERM an app may take to end its kernels. */
export const appGraceSeconds = 10;

/** The folder of /opt/ml with settings that every JupyterLab has. */
export const labSettingsFolder = "config/jupyter";

/** No question whether JupyterLab may ask its makers for news, and no news. */
export const labSettings: Readonly<Record<string, string>> = {
  [`${labSettingsFolder}/labconfig/page_config.json`]: JSON.stringify({
    disabledExtensions: { "@jupyterlab/apputils-extension:announcements": true },
  }),
};
