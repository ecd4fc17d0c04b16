import type { FactFinder, ShapeFacts } from "../constraints/facts.ts";
import type { ListShape, MapShape, Shape, Slot, StructureShape } from "../schema.ts";
import { type CreateProtocol, faultSide } from "./protocol.ts";
import { textReader } from "./text-values.ts";
import { asFault, pathName, throwFrom, WrongType } from "./wrong-type.ts";
import { escapeXml } from "./xml-document.ts";
import { contentWriter, xmlNameOf } from "./xml-values.ts";

/** awsQuery: the input as form fields ("Tags.member.1.Key"), the output as XML. */
export const createQueryProtocol: CreateProtocol = (service, facts) => {
  const namespace = ` xmlns="${service?.query?.namespace ?? "http://webservices.amazon.com/AWSFault/2005-15-09"}"`;
  const headers = (requestId: string) => ({ "Content-Type": "text/xml", "x-amzn-RequestId": requestId });
  return {
    compile(operation) {
      const read = fieldReader(operation.input, {}, facts);
      const write = contentWriter(operation.output);
      const { name } = operation;
      const hasResult = operation.output.members.length > 0;
      return {
        bodyMode: "buffer",
        readInput(request, body) {
          try {
            const form = request.method === "GET" ? request.query : Buffer.from(body as Uint8Array).toString("utf8");
            return read(readForm(form)) as Record<string, unknown>;
          } catch (error) {
            throw asFault("MalformedInput", error);
          }
        },
        writeOutput(output, _request, requestId) {
          const result = hasResult ? `<${name}Result>${write(output)}</${name}Result>` : "";
          const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
          return {
            status: 200,
            headers: headers(requestId),
            body: `<${name}Response${namespace}>${result}${metadata}</${name}Response>\n`,
          };
        },
      };
    },
    writeFault({ fault, status, error }, _request, requestId) {
      const code = error?.queryCode ?? fault.code;
      const members = error ? contentWriter(error.shape)({ ...fault.members, message: undefined }) : "";
      return {
        status,
        headers: headers(requestId),
        body:
          `<ErrorResponse${namespace}><Error><Type>${faultSide(status)}</Type><Code>${escapeXml(code)}</Code>` +
          `<Message>${escapeXml(fault.message)}</Message>${members}</Error>` +
          `<RequestId>${requestId}</RequestId></ErrorResponse>\n`,
      };
    },
  };
};

/** A form as a tree: the field "Tags.member.1.Key" is found by four steps. */
interface Field {
  value: string | undefined;
  readonly inside: Map<string, Field>;
}

const newField = (): Field => ({ value: undefined, inside: new Map() });
/** No input nests deeper; longer names are fields that no schema knows. */
const mostSteps = 32;

function readForm(form: string): Field {
  const root = newField();
  for (const [name, value] of new URLSearchParams(form)) {
    const steps = name.split(".", mostSteps + 1);
    if (steps.length > mostSteps) continue;
    let field = root;
    for (const step of steps) {
      let next = field.inside.get(step);
      if (!next) {
        next = newField();
        field.inside.set(step, next);
      }
      field = next;
    }
    field.value = value;
  }
  return root;
}

type FieldReader = (field: Field) => unknown;

function fieldReader(shape: Shape, own: ShapeFacts, facts: FactFinder): FieldReader {
  switch (shape.kind) {
    case "structure":
      return structureReader(shape, facts);
    case "list":
      return listReader(shape, own, facts);
    case "map":
      return mapReader(shape, own, facts);
    default: {
      const read = textReader(shape, own, "date-time");
      return (field) => {
        if (field.value === undefined) throw new WrongType("Fields found where a value is expected");
        return read(field.value);
      };
    }
  }
}

function structureReader(shape: StructureShape, facts: FactFinder): FieldReader {
  let members: { name: string; wireName: string; droppable: boolean; read: FieldReader }[] | undefined;
  return (field) => {
    members ??= shape.members.map((member) => ({
      name: member.name,
      wireName: xmlNameOf(member),
      droppable: !member.required && (member.shape.kind === "list" || member.shape.kind === "map"),
      read: fieldReader(member.shape, facts.ofMember(shape.name, member.name), facts),
    }));
    const structure: Record<string, unknown> = {};
    for (const { name, wireName, droppable, read } of members) {
      const given = field.inside.get(wireName);
      if (!given || (droppable && given.inside.size === 0)) continue;
      try {
        structure[name] = read(given);
      } catch (error) {
        throwFrom(pathName(name), error);
      }
    }
    return structure;
  };
}

/** "Name.member.1" or, flattened, "Name.1"; ascending, gaps closed. */
function listReader(shape: ListShape, own: ShapeFacts, facts: FactFinder): FieldReader {
  const read = fieldReader(shape.element.shape, facts.named(own.element), facts);
  const inner = nameInside(shape.element, "member");
  return (field) =>
    numbered(field.inside.get(inner) ?? field).map((element, index) => {
      try {
        return read(element);
      } catch (error) {
        throw throwFrom(`${index + 1}.member`, error);
      }
    });
}

/** "Name.entry.1.key" and "Name.entry.1.value", or the same without "entry". */
function mapReader(shape: MapShape, own: ShapeFacts, facts: FactFinder): FieldReader {
  const read = fieldReader(shape.value.shape, facts.named(own.value), facts);
  const keyName = nameInside(shape.key, "key");
  const valueName = nameInside(shape.value, "value");
  return (field) => {
    const entries: [string, unknown][] = [];
    for (const entry of numbered(field.inside.get("entry") ?? field)) {
      const key = entry.inside.get(keyName)?.value;
      const value = entry.inside.get(valueName);
      if (key !== undefined && value) entries.push([key, read(value)]);
    }
    return Object.fromEntries(entries);
  };
}

const nameInside = (slot: Slot, otherwise: string) => (slot.traits.xmlName as string | undefined) ?? otherwise;

const numbered = (field: Field): Field[] =>
  [...field.inside]
    .filter(([step]) => /^\d{1,9}$/.test(step))
    .sort(([one], [other]) => Number(one) - Number(other))
    .map(([, inside]) => inside);
