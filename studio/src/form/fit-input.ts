import type { Shape, StructureShape } from "../../../src/wire/schema.ts";

/** Returns what of a value an operation's input can hold: a description becomes the input of its clone. */
export function fitInput(shape: Shape, value: unknown): unknown {
  if (value === undefined || value === null || value === "") return undefined;
  switch (shape.kind) {
    case "structure":
      return typeof value === "object" ? fitStructure(shape, value) : undefined;
    case "list": {
      if (!Array.isArray(value)) return undefined;
      const fitted = value.map((one) => fitInput(shape.element.shape, one)).filter((one) => one !== undefined);
      return fitted.length > 0 ? fitted : undefined;
    }
    case "map":
      return Object.keys(value).length > 0 ? value : undefined;
    default:
      return typeof value === "object" && !(value instanceof Date) && !(value instanceof Uint8Array)
        ? undefined
        : value;
  }
}

function fitStructure(shape: StructureShape, value: object): object | undefined {
  const fitted: Record<string, unknown> = {};
  for (const { name, shape: inner } of shape.members) {
    const given = fitInput(inner, (value as Record<string, unknown>)[name]);
    if (given !== undefined) fitted[name] = given;
  }
  return Object.keys(fitted).length > 0 ? fitted : undefined;
}

/** The name of a copy, at most as long as AWS takes: "job" -> "job-copy", "job-copy" -> "job-copy-2". */
export function copyName(name: string, separator: "-" | "_" = "-"): string {
  const [, stem, number] = /^(.*?)[-_]copy(?:[-_](\d+))?$/.exec(name) ?? [];
  const ending = `${separator}copy${stem === undefined ? "" : separator + (Number(number ?? 1) + 1)}`;
  return (stem ?? name).slice(0, 63 - ending.length) + ending;
}
