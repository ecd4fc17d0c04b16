import { Readable } from "node:stream";
import { isBound } from "./protocols/http-bindings.ts";
import type { Member, Shape, StructureShape } from "./schema.ts";

/**
 * For tests: returns a value of a shape with every member set, the same each time. Texts in headers and paths are
 * plain; texts in bodies contain the characters that serializers get wrong.
 */
export function sampleStructure(
  shape: StructureShape,
  leaveOut: (member: Member) => boolean = () => false,
  above: readonly string[] = [],
): Record<string, unknown> {
  const members = shape.members.filter((member) => !leaveOut(member));
  return Object.fromEntries(
    (shape.union ? members.slice(0, 1) : members).map((member) => [
      member.name,
      sample(member.shape, member.name, !isBound(member), leaveOut, above),
    ]),
  );
}

function sample(
  shape: Shape,
  name: string,
  inBody: boolean,
  leaveOut: (member: Member) => boolean,
  above: readonly string[],
): unknown {
  switch (shape.kind) {
    case "structure":
      // A structure inside itself is empty.
      return above.includes(shape.name) ? {} : sampleStructure(shape, leaveOut, [...above, shape.name]);
    case "list":
      return ["first", "second"].map((which) => sample(shape.element.shape, which, inBody, leaveOut, above));
    case "map":
      return { key: sample(shape.value.shape, name, inBody, leaveOut, above) };
    case "boolean":
      return true;
    case "number":
      return name.length;
    case "timestamp":
      return new Date(Date.UTC(2026, 10, 21, 9, 8, 7));
    case "blob":
      return Uint8Array.from([0, 1, 127, 128, 255]);
    case "streamingBlob":
      return Readable.from([Buffer.from(name)]);
    default:
      return inBody ? `${name} "<&>" \\ é 🌿\n\t.` : name;
  }
}
