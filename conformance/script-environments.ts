import { scriptEnvironmentsFolder } from "../tools/python-environments.ts";

/** One folder of Python environments for all tests that run scripts; `npm test` makes what they need before. */
export const scriptEnvironments = { SAGEBRUSH_ENVIRONMENTS: scriptEnvironmentsFolder };
