/** Where a piece of a file came from: its name and the number of the first line in it, from 1. */
export interface DataPlace {
  readonly file: string;
  readonly line: number;
}

/** Input that cannot be read. The message names file, line and value, and what to do where that is known. */
export class DataError extends Error {
  constructor(place: DataPlace | { readonly file: string } | undefined, problem: string) {
    const where =
      place === undefined ? "" : "line" in place ? `${place.file}, line ${place.line}: ` : `${place.file}: `;
    super(where + problem);
    this.name = "DataError";
  }
}

/** A value as it is shown in a message: in quotes, cut to 40 characters. */
export const shown = (value: string): string => JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}...` : value);
