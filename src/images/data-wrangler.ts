import { defineImage } from "./define-image.ts";

const differs = "pandas 1.0 to 1.3 and scikit-learn 0.23";
/** Code that draws needs Altair. */
const python = { lock: "data-wrangler", differs } as const;
/** A served flow draws nothing, and shares its Python with models that are served beside it. */
const servingPython = { lock: "scikit-learn-1.2", differs } as const;

/**
 * Runs flows of Data Wrangler and serves what was exported of them, in the Python of their user code: AWS's images have pandas 1.0 to 1.3 and PySpark. Their
 * tags are "1.2.1", "2.x", "5.1.2": what a flow says does not depend on them.
 */
export const dataWrangler = defineImage({
  repository: "sagemaker-data-wrangler-container",
  versions: ["1", "2", "3", "4", "5"],
  versionOf: (tag) => /^([1-5])(?:\.(?:x|\d+))*$/.exec(tag)?.[1],
  processing: () => ({
    python,
    program: { script: "src/runtimes/prep/flow-job.ts", arguments: [] },
    onSpark: true,
    runsFlows: true,
  }),
  serving: () => ({
    script: {
      python: servingPython,
      family: "base",
      server: { script: "src/runtimes/prep/serve-flow.ts", arguments: [] },
    },
  }),
});
