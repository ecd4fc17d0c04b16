import { defineImage } from "./define-image.ts";

/** Serves models that AWS's image trained; nothing is trained. */
export const linearLearner = defineImage({
  repository: "linear-learner",
  versions: ["1", "latest"],
  serving: () => ({ program: { script: "src/runtimes/serving/serve.ts", arguments: ["linear-learner", "1"] } }),
});
