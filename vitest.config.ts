import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

// Every process that a test starts finds its program compiled: reading TypeScript anew costs more than most of them do.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, ".cache", "compiled");

// What is polled comes from a process or a browser, which a busy machine lets wait for seconds.
const expect = { poll: { timeout: 15_000 } };

/** They take minutes each: begun last, one of them would run alone. */
const longest = ["studio/pages", "kill-points", "guide", "spark-flows", "training-toolkit", "spark-steps"];
const isLongest = ({ moduleId }: TestSpecification) => longest.some((name) => moduleId.endsWith(`/${name}.test.ts`));

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const [first, others] = [files.filter(isLongest), files.filter((file) => !isLongest(file))];
    return [...(await super.sort(first)), ...(await super.sort(others))];
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: "unit",
          include: ["{src,tools,studio/src}/**/*.test.ts"],
          exclude: ["src/**/*.long.test.ts"],
          testTimeout: 30_000,
          // The components of Studio import styles, which Node cannot.
          server: { deps: { inline: [/@cloudscape-design/] } },
        },
      },
      // Those wait for real processes, too long for what is run before each commit.
      { test: { name: "long", include: ["src/**/*.long.test.ts"], testTimeout: 60_000, expect } },
      {
        test: {
          name: "conformance",
          include: ["conformance/**/*.test.ts"],
          exclude: ["conformance/systems/**"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          expect,
        },
      },
      {
        test: {
          name: "systems",
          include: ["conformance/systems/*/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          expect,
        },
      },
    ],
    maxWorkers: 2,
  },
});
