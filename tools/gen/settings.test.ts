import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { importsOf } from "../layers.ts";
import { generateSettings } from "./settings.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "sagebrush-gen-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function addSetting(file: string, name: string): void {
  const path = join(root, "src", file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `export const ${name} = { unit: "setting", words: "Words.", default: "", allowed: "a text" };\n`);
}

test("lists every setting that a file declares, and refuses a name that is given twice", async () => {
  addSetting("frame/one.setting.ts", "firstOne");
  addSetting("services/glue/two.setting.ts", "two");
  const files = await generateSettings(root);
  expect(files.get("src/frame/settings.gen.ts")).toContain(`import { firstOne } from "./one.setting.ts";
import { two } from "../services/glue/two.setting.ts";
`);
  const page = files.get("docs/reference/settings.md");
  for (const row of [/`SAGEBRUSH_FIRST_ONE` +\| none +\| a text +\| Words\./, /`SAGEBRUSH_PORT` +\| 4620 /])
    expect(page).toMatch(row);

  addSetting("frame/again.setting.ts", "two");
  await expect(generateSettings(root)).rejects.toThrow(
    "The setting two is declared in frame/again.setting.ts and in services/glue/two.setting.ts.",
  );
});

test("refuses the name of a setting of the server itself", async () => {
  addSetting("frame/port.setting.ts", "port");
  await expect(generateSettings(root)).rejects.toThrow(
    "The setting port is declared in server/settings/server-settings.ts",
  );
});

test("what every command line reads of them imports no code of a service and no package", () => {
  const source = join(import.meta.dirname, "..", "..", "src");
  const seen = new Set<string>();
  const visit = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const specifier of importsOf(readFileSync(join(source, file), "utf8"))) {
      expect(specifier, `${file} is read by every command`).toMatch(/^(\.|node:path$)/);
      if (specifier.startsWith("node:")) continue;
      visit(join(dirname(file), specifier));
    }
  };
  visit("frame/settings.gen.ts");
  for (const file of seen) expect(file).toMatch(/^base\/|\.setting\.ts$|\.gen\.ts$/);
  expect(seen.size).toBeGreaterThan(5);
});
