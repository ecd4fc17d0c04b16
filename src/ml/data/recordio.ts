import { joined } from "./protobuf.ts";

/**
 * RecordIO, as MXNet and SageMaker have it: a record is a head of a magic number and a length, both little-endian, its
 * data, and zeros up to a multiple of four bytes. The three highest bits of the length are a flag: 0 for a whole
 * record, and for one in several parts 1 for the first, 2 for those between, 3 for the last.
 */
const recordMagic = 0xced7230a;
const headBytes = 8;

/** The most bytes of a record in one part. */
export const mostRecordBytes = 2 ** 29 - 1;

/** Returns what stands before the data of a record in one part. */
export function recordHead(length: number): Uint8Array {
  const head = new Uint8Array(headBytes);
  const view = new DataView(head.buffer);
  view.setUint32(0, recordMagic, true);
  view.setUint32(4, length, true);
  return head;
}

/** Returns the zeros that follow the data of a record. */
export const recordPadding = (length: number): Uint8Array => new Uint8Array(-length & 3);

/** The bytes that a writer leaves out where it divides a record: MXNet's divides at this number. */
export const dividingBytes: Uint8Array = recordHead(0).subarray(0, 4);

/** Cuts bytes that come in pieces into records. */
export interface RecordCutter {
  push(bytes: Uint8Array): void;
  /** Tells that no more bytes come. */
  end(): void;
}

export interface RecordTaker {
  /** Called at the beginning of each record. */
  begin(): void;
  /** Takes the data of a record, in its parts; they are valid during the call. */
  take(parts: readonly Uint8Array[]): void;
  /** Refuses the bytes of the record that has begun, by throwing. */
  refuse(problem: string): never;
}

export function createRecordCutter({ begin, take, refuse }: RecordTaker): RecordCutter {
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let wantedBytes = headBytes;
  let parts: Uint8Array[] = [];

  const add = (flag: number, data: Uint8Array) => {
    if (flag > 3) refuse(`has the flag ${flag}; 0 to 3 are RecordIO's.`);
    if (flag > 1 !== parts.length > 0)
      refuse(flag > 1 ? "is a later part of a record without a first one." : "begins before the one before it ends.");
    if (flag === 0) return take([data]);
    // The parts outlive the piece that they came in.
    parts.push(data.slice());
    if (flag !== 3) return;
    take(parts);
    parts = [];
  };

  const cut = (isLast: boolean) => {
    const bytes = waiting.length === 1 ? waiting[0]! : joined(waiting);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    wantedBytes = headBytes;
    while (at + headBytes <= bytes.length) {
      const word = view.getUint32(at + 4, true);
      const [flag, length] = [word >>> 29, word & mostRecordBytes];
      const end = at + headBytes + length;
      const next = end + (-length & 3);
      const isWhole = next <= bytes.length || (isLast && end <= bytes.length);
      if (!isWhole && !isLast && view.getUint32(at, true) === recordMagic) {
        wantedBytes = next - at;
        break;
      }
      if (parts.length === 0 || flag < 2) begin();
      if (view.getUint32(at, true) !== recordMagic) refuse("does not begin with RecordIO's magic number 0xced7230a.");
      if (!isWhole) refuse("ends within its data.");
      add(flag, bytes.subarray(at + headBytes, end));
      at = next;
    }
    waiting = at < bytes.length ? [bytes.subarray(at)] : [];
    waitingBytes = Math.max(0, bytes.length - at);
  };

  return {
    push(bytes) {
      if (bytes.length === 0) return;
      waiting.push(bytes);
      waitingBytes += bytes.length;
      if (waitingBytes >= wantedBytes) cut(false);
    },
    end() {
      cut(true);
      if (waitingBytes > 0) {
        begin();
        refuse("ends within its head.");
      }
      if (parts.length > 0) refuse("ends before its last part.");
    },
  };
}
