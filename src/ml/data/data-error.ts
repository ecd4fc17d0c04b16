/** A file of the data, as messages name it. */
export interface DataSource {
  /** The channel of the job it belongs to, where there is one. */
  readonly channel?: string;
  readonly file: string;
  /** The data is the body of a request: there is no file that a command could change. */
  readonly isRequest?: true;
}

/** Where a line of data came from, or a record of a file that has records; they count from 1. */
export interface DataPlace extends DataSource {
  readonly line: number;
  /** "line" when it is absent. */
  readonly unit?: "record";
}

/** Input that cannot be read. The message names channel, file, line and value, and what to do where that is known. */
export class DataError extends Error {
  override readonly name = "DataError";

  constructor(place: DataSource | DataPlace | undefined, problem: string) {
    super((place ? placeText(place) : "") + problem);
  }
}

function placeText(place: DataSource | DataPlace): string {
  const channel = place.channel === undefined ? "" : `Channel ${place.channel}: `;
  return `${channel}${place.file}${"line" in place ? `, ${place.unit ?? "line"} ${place.line}` : ""}: `;
}

/** Returns a value as it is shown in a message: in quotes, cut to 40 characters. */
export const shown = (value: string): string => JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}...` : value);
