export interface TablePartition {
  readonly location: string;
  /** `key=value/key=value`, percent-encoded. */
  readonly folder: string;
}

export interface PartitionKey {
  readonly name: string;
  readonly type: string;
}

export const folderOf = (keys: readonly PartitionKey[], values: readonly string[]): string =>
  keys.map(({ name }, index) => `${name}=${encodeURIComponent(values[index] ?? "")}`).join("/");
