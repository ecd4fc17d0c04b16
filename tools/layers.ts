import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A row of the table in docs/architecture.md. */
export interface Layer {
  readonly name: string;
  /** Folders and file patterns below src. */
  readonly mayImport: readonly string[];
  /** Whether Node's modules and npm packages may be imported. */
  readonly packages: boolean;
}

/** Reads the table whose first column is "Layer". */
export function readLayers(page: string): Layer[] {
  const lines = page.split("\n");
  const start = lines.findIndex((line) => /^\| Layer +\|/.test(line));
  if (start < 0) throw new Error("docs/architecture.md has no table whose first column is Layer");
  const layers: Layer[] = [];
  for (const line of lines.slice(start + 2)) {
    if (!line.startsWith("|")) break;
    const [name, mayImport, packages] = line.split("|").slice(1, 4);
    const quoted = (cell: string | undefined) => [...(cell ?? "").matchAll(/`([^`]+)`/g)].map((match) => match[1]!);
    layers.push({ name: quoted(name)[0]!, mayImport: quoted(mayImport), packages: packages?.trim() === "yes" });
  }
  return layers;
}

/** What a source file imports, in any form: statements, `import(...)` as a call and as a type. */
export function importsOf(source: string): string[] {
  const statements = /^\s*(?:import|export)\s(?:[^;"']*?\sfrom\s*)?["']([^"']+)["']/gm;
  const calls = /\bimport\(\s*["']([^"']+)["']\s*\)/g;
  return [...source.matchAll(statements), ...source.matchAll(calls)].map((match) => match[1]!);
}

/** Every import that the table does not allow, as "file imports target: why". Paths are relative to src. */
export function violations(layers: readonly Layer[], files: ReadonlyMap<string, string>): string[] {
  const found: string[] = [];
  for (const [file, source] of files) {
    if (isExempt(file)) continue;
    const layer = layers.find(({ name }) => file.startsWith(`${name}/`));
    if (layer === undefined) {
      found.push(`${file} is in no layer of the table`);
      continue;
    }
    for (const specifier of importsOf(source)) {
      const reason = specifier.startsWith(".")
        ? refusal(layer, file, targetOf(file, specifier))
        : layer.packages
          ? undefined
          : `${layer.name} uses no Node and no packages`;
      if (reason !== undefined) found.push(`${file} imports ${specifier}: ${reason}`);
    }
  }
  return found;
}

/** Layers whose modules keep no state: several servers, and several processes of one server, run the same code. */
const stateless = ["stores", "runs", "frame", "services", "fronts"];

/**
 * Every variable at the top of a module that can change, as "file keeps state in NAME". A collection that is only read
 * is declared as ReadonlyMap or ReadonlySet; what is made late and never changes comes from base/once.ts.
 */
export function keptState(files: ReadonlyMap<string, string>): string[] {
  const variable = /^(?:export )?(?:let|var) (\w+)/gm;
  const filled =
    /^(?:export )?const (\w+)(?:: (?!readonly |Readonly)[^=\n]+)? =\s+(?:new (?!RegExp|Uint8Array\(\))\w+|\[\]|\{\};)/gm;
  const found: string[] = [];
  for (const [file, source] of files) {
    if (isExempt(file) || isProgram(source) || !stateless.some((layer) => file.startsWith(`${layer}/`))) continue;
    for (const [, name] of [...source.matchAll(variable), ...source.matchAll(filled)])
      found.push(`${file} keeps state in ${name}: modules of ${stateless.join(", ")} keep none`);
  }
  return found;
}

/** A thread's own program has the state of its thread. */
const isProgram = (source: string) => source.includes('from "node:worker_threads"') && /\bworkerData\b/.test(source);

/** Every circle of files that import each other, as "a imports b imports a"; imports of types count. */
export function circles(files: ReadonlyMap<string, string>): string[] {
  const found: string[] = [];
  const path: string[] = [];
  const done = new Set<string>();
  const visit = (file: string): void => {
    const start = path.indexOf(file);
    if (start >= 0) found.push([...path.slice(start), file].join(" imports "));
    const source = files.get(file);
    if (start >= 0 || done.has(file) || source === undefined) return;
    path.push(file);
    for (const specifier of importsOf(source)) if (specifier.startsWith(".")) visit(targetOf(file, specifier));
    path.pop();
    done.add(file);
  };
  for (const file of files.keys()) visit(file);
  return found;
}

/** Tests and the programs that they start may import anything; a generated list names files of every area. */
const isExempt = (file: string) => /\.(test|contract|fixture|writer|gen)\.tsx?$/.test(file);

/** The file below src, or below studio with that name before it, that a relative import means. */
const targetOf = (file: string, specifier: string) => join(dirname(file), specifier).replace(/^(\.\.\/)+src\//, "");

function refusal(layer: Layer, file: string, target: string): string | undefined {
  // package.json, and other files outside of src
  if (target.startsWith("..")) return undefined;
  if (target.endsWith(".gen.ts") && !target.startsWith(`${layer.name}/`) && layer.name !== "server") {
    return "generated lists are read by server alone";
  }
  if (area(file) === area(target) || isShared(layer, file, target)) return undefined;
  if (layer.mayImport.some((pattern) => matches(pattern, target))) return undefined;
  return target.startsWith(`${layer.name}/`)
    ? "one service never imports another; call its operation"
    : `${layer.name} may import ${layer.mayImport.join(", ") || "nothing"}`;
}

/** The part of the tree whose files may import each other: a layer, or under services one area. */
function area(file: string): string {
  const folders = dirname(file).split("/");
  return folders[0] === "services" ? folders.slice(0, 3).join("/") : folders[0]!;
}

/** What lies beside or above an area's folder is there for all areas below it. */
const isShared = (layer: Layer, file: string, target: string) =>
  target.startsWith(`${layer.name}/`) && dirname(file).startsWith(`${dirname(target)}/`);

function matches(pattern: string, file: string): boolean {
  if (!pattern.endsWith(".ts")) return file.startsWith(`${pattern}/`);
  const parts = pattern.split("*").map((part) => part.replace(/[.]/g, "\\."));
  return new RegExp(`^${parts.join("[^/]*")}$`).test(file);
}

if (import.meta.main) {
  const root = join(import.meta.dirname, "..");
  const source = join(root, "src");
  // The web app is a layer of its own: studio/src/frame/app.tsx is here studio/frame/app.tsx.
  const web = globSync("**/*.{ts,tsx}", { cwd: join(root, "studio/src") }).map((path) => join("studio", path));
  const paths = [...globSync("**/*.ts", { cwd: source }), ...web].sort();
  const place = (path: string) =>
    path.startsWith("studio/") ? join(root, path.replace("studio", "studio/src")) : join(source, path);
  const files = new Map(paths.map((path) => [path, readFileSync(place(path), "utf8")]));
  const layers = readLayers(readFileSync(join(root, "docs", "architecture.md"), "utf8"));
  const found = [...violations(layers, files), ...circles(files), ...keptState(files)];
  for (const line of found) console.log(line.startsWith("studio/") ? line : `src/${line}`);
  if (found.length > 0) {
    console.log("The table is in docs/architecture.md.");
    process.exitCode = 1;
  }
}
