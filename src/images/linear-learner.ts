import { defineImage } from "./define-image.ts";
import { builtInServer } from "./serving-plan.ts";

/** Serves models that AWS's image trained; nothing is trained. */
export const linearLearner = defineImage({
  repository: "linear-learner",
  versions: ["1", "latest"],
  serving: () => ({ program: { script: builtInServer, arguments: ["linear-learner", "1"] } }),
});
