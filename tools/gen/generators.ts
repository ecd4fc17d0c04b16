import { generateAlgorithms } from "./algorithms.ts";
import { generateAnalyses } from "./analyses.ts";
import { generateClients } from "./clients.ts";
import { generateCommands } from "./commands.ts";
import { generateCoverage } from "./coverage.ts";
import { generateConsumers, generateFollowers, generateUpkeep } from "./entries.ts";
import { generateFronts } from "./fronts.ts";
import { generateRefused } from "./guide-refused.ts";
import { generateXgboost } from "./guide-xgboost.ts";
import { generateImages } from "./images.ts";
import { generateImagesPage } from "./images-page.ts";
import { generateKinds } from "./kinds.ts";
import { generateReadme } from "./readme.ts";
import { generateReconcilers } from "./reconcilers.ts";
import { generateReportSchema } from "./report-schema.ts";
import { generateServices } from "./services.ts";
import { generateSettings } from "./settings.ts";
import { generateStudioFacts } from "./studio-facts.ts";
import { generateStudioFunctions } from "./studio-functions.ts";
import { generateStudioImages } from "./studio-images.ts";
import { generateStudioScreens } from "./studio-screens.ts";
import { generateTransforms } from "./transforms.ts";
import { generateTransformsPage } from "./transforms-page.ts";
import { generateTrinoFunctions } from "./trino-functions.ts";

/** Gives the generated files of one kind: paths below the project's folder, and their whole text. */
export type Generator = (root: string) => Promise<ReadonlyMap<string, string>>;

/** In order: what comes later may read what came before. */
export const generators: readonly Generator[] = [
  generateServices,
  generateReconcilers,
  generateSettings,
  generateKinds,
  generateFollowers,
  generateConsumers,
  generateUpkeep,
  generateAlgorithms,
  generateImages,
  generateFronts,
  generateCommands,
  generateCoverage,
  generateReadme,
  generateImagesPage,
  generateClients,
  generateXgboost,
  generateRefused,
  generateStudioScreens,
  generateStudioFacts,
  generateStudioImages,
  generateStudioFunctions,
  generateTrinoFunctions,
  generateTransforms,
  generateTransformsPage,
  generateAnalyses,
  generateReportSchema,
];
