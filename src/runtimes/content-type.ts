export type TextFormat = "csv" | "libsvm";

/** The content types that AWS's XGBoost image accepts for text. */
const formats: Readonly<Record<string, TextFormat>> = {
  csv: "csv",
  "text/csv": "csv",
  libsvm: "libsvm",
  "text/libsvm": "libsvm",
  "text/x-libsvm": "libsvm",
};

export const acceptedContentTypes: readonly string[] = Object.keys(formats);

/** Returns the format and the parameters of a content type, names in lower case; undefined when it is not accepted. */
export function textFormat(
  contentType: string,
): { format: TextFormat; parameters: Readonly<Record<string, string>> } | undefined {
  const [type, ...rest] = contentType.split(";").map((part) => part.trim());
  const name = type!.toLowerCase();
  if (!Object.hasOwn(formats, name)) return undefined;
  const parameters = rest.filter(Boolean).map((part) => {
    const [key, value = ""] = part.split("=");
    return [key!.trim().toLowerCase(), value.trim()];
  });
  return { format: formats[name]!, parameters: Object.fromEntries(parameters) };
}
