// Runs the JavaScript in its argument for the contract suite; the script has `fs`, and `ml`, the folder for /opt/ml.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
new Function("require", "fs", "ml", process.argv[2])(require, require("node:fs"), process.env.SAGEBRUSH_ML_ROOT);
