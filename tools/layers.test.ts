import { describe, expect, test } from "vitest";
import { circles, importsOf, keptState, readLayers, violations } from "./layers.ts";

const layers = readLayers(`
| Layer | May import | Node and packages |
|---|---|---|
| \`base\` | | no |
| \`stores\` | \`base\` | yes |
| \`services\` | \`base\` \`stores/*/port.ts\` | yes |
| \`server\` | \`base\` \`stores\` \`services\` | yes |
`);
const check = (file: string, source: string) => violations(layers, new Map([[file, source]]));

test("imports are found in every form", () => {
  const source = `
    import a, { type B } from "./a.ts";
    import type {
      C,
    } from "./c.ts";
    import "./d.ts";
    export * from "./e.ts";
    const load = () => import("./f.ts");
    type G = typeof import("./g.ts");
    const text = "no import from here";
  `;
  expect(importsOf(source)).toEqual(["./a.ts", "./c.ts", "./d.ts", "./e.ts", "./f.ts", "./g.ts"]);
});

describe("an import is refused when it", () => {
  test.each([
    ["goes against the direction", "base/clock.ts", "../stores/resources/port.ts"],
    ["takes Node into a pure layer", "base/clock.ts", "node:fs"],
    ["names a driver in a service", "services/platform/s3/bucket.ts", "../../../stores/resources/sqlite.ts"],
    ["goes from one service to another", "services/platform/s3/bucket.ts", "../logs/log-group.ts"],
    ["reads a generated list outside of server", "stores/resources/sqlite.ts", "../../services/services.gen.ts"],
    ["comes from a folder that is no layer", "misc/things.ts", "../base/clock.ts"],
  ])("%s", (_, file, target) => {
    expect(check(file, `import { x } from "${target}";`)).toHaveLength(1);
  });
});

test.each([
  ["services/platform/s3/bucket.ts", "./object.ts"],
  ["services/platform/s3/bucket.ts", "../../define-resource.ts"],
  ["services/platform/s3/bucket.ts", "../account.ts"],
  ["services/platform/s3/bucket.ts", "../../../stores/resources/port.ts"],
  ["server/app.ts", "../stores/resources/sqlite.ts"],
  ["server/app.ts", "../services/services.gen.ts"],
  ["services/services.gen.ts", "./platform/s3/bucket.ts"],
  ["base/clock.test.ts", "node:fs"],
  ["services/platform/cloudwatch/killed.writer.ts", "../../../stores/journals/files.ts"],
])("%s may import %s", (file, target) => {
  expect(check(file, `import { x } from "${target}";`)).toEqual([]);
});

test("a circle is named by its files, and imports of types count", () => {
  const files = {
    "base/one.ts": `import { two } from "./two.ts";`,
    "base/two.ts": `import { four } from "./four.ts";\nexport { three } from "./three.ts";`,
    "base/three.ts": `import type { Two } from "./two.ts";`,
    "base/four.ts": "",
  };
  expect(circles(new Map(Object.entries(files)))).toEqual(["base/two.ts imports base/three.ts imports base/two.ts"]);
});

describe("state in a module", () => {
  const kept = (source: string, file = "services/platform/s3/bucket.ts") => keptState(new Map([[file, source]]));
  test.each([
    "let open = 0;",
    "export let open: Bucket | undefined;",
    "const open = new Map<string, Bucket>();",
    "export const open: Map<string, Bucket> = new Map();",
    "const agent = new Agent({ keepAlive: true });",
    "const open: Bucket[] = [];",
    "const open: Record<string, Bucket> = {};",
  ])("is refused: %s", (source) => {
    expect(kept(`import { x } from "./x.ts";\n${source}\n`)).toHaveLength(1);
  });
  test.each([
    'const names: ReadonlySet<string> = new Set(["a"]);',
    "const none: readonly string[] = [];",
    "const between = new RegExp(text);",
    "const tables = once(() => new Map());",
    "function make() {\n  let open = 0;\n  const all = new Map();\n}",
  ])("is not what only repeats a constant: %s", (source) => {
    expect(kept(source)).toEqual([]);
  });
  test("is a matter of the layers whose code several processes run", () => {
    expect(kept("let open = 0;", "cli/commands/start.ts")).toEqual([]);
  });
});
