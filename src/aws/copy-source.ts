export interface CopySource {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
}

/**
 * Reads the header x-amz-copy-source: "bucket/key", percent-encoded with "+" for a space, optionally with a slash
 * before and "?versionId=..." after it. Returns undefined for any other text.
 */
export function parseCopySource(header: string): CopySource | undefined {
  const [path, versionId] = header.split("?versionId=");
  const match = /^\/?([^/]+)\/(.+)$/s.exec(decoded(path!) ?? "");
  return match ? { bucket: match[1]!, key: match[2]!, ...(versionId !== undefined && { versionId }) } : undefined;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}
