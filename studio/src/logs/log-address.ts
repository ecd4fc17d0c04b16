/** The page of a group, or of a stream in it. */
export function logAddress(group: string, stream?: string): string {
  const search = new URLSearchParams({ group });
  if (stream !== undefined) search.set("stream", stream);
  return `/logs?${search}`;
}
