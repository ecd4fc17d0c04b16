import type { DataFormat } from "../ml/define-algorithm.ts";

/** The content types that AWS's images accept for data. */
const formats: Readonly<Record<string, DataFormat>> = {
  csv: "csv",
  "text/csv": "csv",
  libsvm: "libsvm",
  "text/libsvm": "libsvm",
  "text/x-libsvm": "libsvm",
  "recordio-protobuf": "recordio-protobuf",
  "application/x-recordio-protobuf": "recordio-protobuf",
  parquet: "parquet",
  "application/x-parquet": "parquet",
  "application/json": "json",
  "application/jsonlines": "jsonlines",
};

/** Returns the content types of these formats, for messages. */
export const contentTypesOf = (accepted: readonly DataFormat[]): string =>
  Object.keys(formats)
    .filter((type) => accepted.includes(formats[type]!))
    .join(", ");

/** Returns the format and the parameters of a content type, names in lower case; undefined when there is none. */
export function dataFormat(
  contentType: string,
): { format: DataFormat; parameters: Readonly<Record<string, string>> } | undefined {
  const [type, ...rest] = contentType.split(";").map((part) => part.trim());
  const name = type!.toLowerCase();
  if (!Object.hasOwn(formats, name)) return undefined;
  const parameters = rest.filter(Boolean).map((part) => {
    const [key, value = ""] = part.split("=");
    return [key!.trim().toLowerCase(), value.trim()];
  });
  return { format: formats[name]!, parameters: Object.fromEntries(parameters) };
}
