import type { AvroField, AvroSchema } from "./avro-codec.ts";

/** Fields of Avro records as Iceberg describes them: each has an id. */
export const optional = (name: string, id: number, type: AvroSchema): AvroField => ({
  ...{ name, type: ["null", type], default: null, "field-id": id },
});
export const required = (name: string, id: number, type: AvroSchema): AvroField => ({ name, type, "field-id": id });
export const byField = (name: string, id: number, key: number, type: AvroSchema): AvroField =>
  optional(name, id, {
    type: "array",
    logicalType: "map",
    items: {
      ...{ type: "record", name: `k${key}_v${key + 1}` },
      fields: [required("key", key, "int"), required("value", key + 1, type)],
    },
  });
export const list = (name: string, id: number, elementId: number, items: AvroSchema): AvroField =>
  optional(name, id, { type: "array", "element-id": elementId, items });
