import type { EngineFaultKind, EngineStatement, IcebergWrite, IcebergWritten, WrittenFiles } from "./port.ts";

/**
 * How a server asks an engine in a run: one request of HTTP a statement, POST / with an EngineRequest as JSON. The
 * answer is a row of frames, each a byte for its type, four bytes for the length (big-endian), and so many bytes. The last is
 * `end` or `fault`; an answer without one was cut off. To cancel, the connection is closed.
 */
export const frameTypes = { columns: 1, rows: 2, file: 3, bytes: 4, end: 5, fault: 6 } as const;
export type FrameType = keyof typeof frameTypes;

export interface EngineRequest {
  readonly statement: EngineStatement;
  /** `csv`: the frames `rows` are lines of CSV as Athena writes them, after a frame `columns`. */
  readonly results: CsvResults | FileResults | IcebergResults;
}

export interface CsvResults {
  readonly form: "csv";
  /** The names and the types of the columns, in Trino's words, where they are known better than by the engine. */
  readonly columns?: readonly ResultColumn[];
}

/** Each file is a frame `file` and frames `bytes` with its body. */
export interface FileResults {
  readonly form: "files";
  readonly files: WrittenFiles;
}

/** As FileResults; `end` says what the files are. */
export interface IcebergResults {
  readonly form: "iceberg";
  readonly files: IcebergWrite;
}

export interface ResultColumn {
  readonly name: string;
  readonly type: string;
}

/** The body of a frame `file`. */
export interface FileHead {
  /** Below the folder of the output: "day=1/x_0.parquet". */
  readonly path: string;
  readonly sizeBytes: number;
}

/** The body of a frame `end`. */
export interface EngineEnd {
  readonly rows: number;
  readonly milliseconds: number;
  readonly iceberg?: IcebergWritten;
}

/** The body of a frame `fault`. */
export interface EngineFaultBody {
  readonly kind: EngineFaultKind;
  readonly message: string;
}

const headBytes = 5;

/** Returns a frame as its bytes. */
export function frameBytes(type: FrameType, body: Uint8Array | object): Buffer {
  const bytes = body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body));
  const head = Buffer.allocUnsafe(headBytes);
  head.writeUInt8(frameTypes[type], 0);
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

const typeNames = new Map(Object.entries(frameTypes).map(([name, number]) => [number as number, name as FrameType]));

/** Reads frames from the pieces of an answer. @throws Error for an answer that is cut off */
export async function* readFrames(
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ readonly type: FrameType; readonly body: Buffer }> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of pieces) {
    rest = rest.length === 0 ? Buffer.from(piece) : Buffer.concat([rest, piece]);
    while (rest.length >= headBytes) {
      const end = headBytes + rest.readUInt32BE(1);
      if (rest.length < end) break;
      const type = typeNames.get(rest.readUInt8(0));
      if (type === undefined) throw new Error("The engine's answer has a frame of no known type.");
      yield { type, body: rest.subarray(headBytes, end) };
      rest = rest.subarray(end);
    }
  }
  if (rest.length > 0) throw new Error("The engine's answer was cut off.");
}
