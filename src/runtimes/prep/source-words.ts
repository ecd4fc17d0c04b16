import { EngineFault, type EngineTable } from "../../engines/port.ts";

/** Whether a fault of the engine is about a file of the table. */
export const isAbout = (error: unknown, { files }: EngineTable): boolean =>
  error instanceof EngineFault && error.kind !== "resources" && files.some(({ uri }) => error.message.includes(uri));

/** What is wrong with a file of a source, and what to do about it. */
export function sourceWords({ message }: Error, { files, format }: EngineTable): string {
  const file = files.find(({ uri }) => message.includes(uri))!.uri;
  const line = /CSV Error on Line: (\d+)/.exec(message)?.[1] ?? /line (\d+)/.exec(message)?.[1];
  const place = line === undefined ? file : `${file}, line ${line},`;
  if (format.kind === "delimited" && /Invalid unicode|not utf-8 encoded/.test(message))
    return `${place} is not encoded in ${format.encoding}. Name its encoding in the source, s3CsvEncodingType: UTF_8, UTF_16 or ISO_8859_1, for example.`;
  if (/[Mm]aximum line size/.test(message))
    return `${place} is longer than 16 MiB. Is a quote not closed, or the delimiter another one?`;
  if (/unterminated quote|Value with unterminated/.test(message))
    return `${place} has a quote that is not closed. Close it, or double it where it is part of the value.`;
  return message.replace(/^HIVE_BAD_DATA: /, "");
}
