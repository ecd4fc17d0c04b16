export interface TablePartition {
  readonly location: string;
  /** `key=value/key=value`, percent-encoded. */
  readonly folder: string;
}

export interface PartitionKey {
  readonly name: string;
  readonly type: string;
}

/** Where Hive puts rows without a value. */
export const hiveNull = "__HIVE_DEFAULT_PARTITION__";

/** What Hive writes in a name otherwise, besides what cannot be printed. */
const escaped = "\"#%'*/:=?\\\u007f{}[]^";
const escapedSign = (sign: string): string =>
  escaped.includes(sign) || sign < " " ? `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}` : sign;

/** The name of a partition as Hive writes it: `day=2024-01-31 10%3A00`. */
export const partitionName = (folder: string): string =>
  folder
    .split("/")
    .map((part) => {
      const at = part.indexOf("=");
      const value = decodeURIComponent(part.slice(at + 1));
      const shown = [...value].map(escapedSign).join("");
      return `${part.slice(0, at)}=${value === "" ? hiveNull : shown}`;
    })
    .join("/");

export const folderOf = (keys: readonly PartitionKey[], values: readonly string[]): string =>
  keys.map(({ name }, index) => `${name}=${encodeURIComponent(values[index] ?? "")}`).join("/");
