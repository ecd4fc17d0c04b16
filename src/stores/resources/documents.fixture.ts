import type { ResourceChange, ResourceDocument, ResourceKey } from "./port.ts";

export type Put = Omit<ResourceDocument, "version">;

export const here = { account: "123456789012", region: "us-east-1" };
export const keyOf = (name: string, more: Partial<ResourceKey> = {}): ResourceKey => ({
  ...here,
  kind: "model",
  name,
  ...more,
});
export const put = (name: string, more: Partial<Put> = {}): Put => ({
  key: keyOf(name),
  id: `id-${name}`,
  schema: 1,
  created: 1000,
  modified: 1000,
  wanted: { Name: name },
  actual: {},
  ...more,
});
export const make = (name: string, more?: Partial<Put>): ResourceChange => ({
  put: put(name, more),
  expected: "absent",
});
