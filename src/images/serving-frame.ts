/**
 * The frames that a model server of the product speaks on its socket, beside HTTP. A connection begins with the preface,
 * which each side sends; then come requests one way and answers the other, in any order.
 *
 *     uint32  bytes that follow          uint16  bytes of the head
 *     uint32  number of the request              head: names and values in turn, each ended by a zero byte
 *     uint16  status of the answer               body: the rest
 *
 * Numbers are little-endian. A request has the status 0. The request number 0 is the server's word that it takes no more
 * requests on this connection, and answers those that it has: the client then closes it when it has all answers.
 */
export const framePreface = Buffer.from("\0SBFRAM1", "latin1");

/** The version of the frames, which a model server announces with the state in which it is ready. */
export const frameVersion = 1;

/** The header of a ping's answer that announces it. */
export const framesHeader = "x-sagebrush-frames";

const lengthBytes = 4;
const fixedBytes = 8;
const frameHeadBytes = lengthBytes + fixedBytes;

/** Returns names and values in turn as the head of a frame. */
export const frameHead = (names: readonly string[]): Buffer =>
  Buffer.from(names.map((name) => `${name}\0`).join(""), "latin1");

/** Returns the names and values of a head in turn. */
export function headNames(head: Uint8Array): string[] {
  const names = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString("latin1").split("\0");
  names.pop();
  return names;
}

/** A request or an answer to be written. */
export interface Frame {
  readonly id: number;
  readonly status: number;
  readonly head: Uint8Array;
  readonly body: string | Uint8Array;
}

/** A body from this size on is written from where it is. */
const copiedBytes = 16 * 1024;

/** Returns the frames as few buffers: small ones are copied together, so that one write takes them all. */
export function frameBuffers(frames: readonly Frame[]): Uint8Array[] {
  const buffers: Uint8Array[] = [];
  for (let from = 0; from < frames.length; ) {
    let to = from;
    let size = 0;
    let large: Uint8Array | undefined;
    const sizes: number[] = [];
    for (; to < frames.length && large === undefined; to++) {
      const { head, body } = frames[to]!;
      const bodyBytes = typeof body === "string" ? Buffer.byteLength(body) : body.length;
      size += frameHeadBytes + head.length;
      sizes.push(bodyBytes);
      if (typeof body === "string" || bodyBytes < copiedBytes) size += bodyBytes;
      else large = body;
    }
    const buffer = Buffer.allocUnsafe(size);
    let at = 0;
    for (let index = from; index < to; index++) {
      const frame = frames[index]!;
      at = writeHead(buffer, at, frame, sizes[index - from]!);
      if (typeof frame.body === "string") at += buffer.write(frame.body, at);
      else if (frame.body !== large) {
        buffer.set(frame.body, at);
        at += frame.body.length;
      }
    }
    buffers.push(buffer);
    if (large) buffers.push(large);
    from = to;
  }
  return buffers;
}

function writeHead(buffer: Buffer, at: number, { id, status, head }: Frame, bodyBytes: number): number {
  buffer.writeUInt32LE(fixedBytes + head.length + bodyBytes, at);
  buffer.writeUInt32LE(id, at + 4);
  buffer.writeUInt16LE(status, at + 8);
  buffer.writeUInt16LE(head.length, at + 10);
  buffer.set(head, at + frameHeadBytes);
  return at + frameHeadBytes + head.length;
}

/** Hears whole frames; `body` is undefined for one that is larger than it may be. */
export type FrameHeard = (id: number, status: number, head: Buffer, body: Buffer | undefined) => void;

const nothing = Buffer.alloc(0);

/**
 * Makes the function that is given what arrives on a connection, and calls `heard` for each whole frame. A frame whose
 * head and body have more than `mostBytes` together is passed over. Throws for what is no frame.
 */
export function createFrameReader(heard: FrameHeard, mostBytes: number): (chunk: Buffer) => void {
  /** The beginning of a frame that is not whole: its fixed part, then room for all of it. */
  let begun = nothing;
  let filled = 0;
  let passedOver = 0;

  const hear = (bytes: Buffer, at: number, end: number) => {
    const headEnd = at + frameHeadBytes + bytes.readUInt16LE(at + 10);
    if (headEnd > end) throw new Error("A frame ends within its head.");
    heard(
      bytes.readUInt32LE(at + 4),
      bytes.readUInt16LE(at + 8),
      bytes.subarray(at + frameHeadBytes, headEnd),
      bytes.subarray(headEnd, end),
    );
  };

  /** Takes what of the chunk belongs to the frame that has begun; returns where the rest of the chunk begins. */
  const fill = (chunk: Buffer, from: number): number => {
    const taken = Math.min(begun.length - filled, chunk.length - from);
    chunk.copy(begun, filled, from, from + taken);
    filled += taken;
    if (filled < begun.length) return chunk.length;
    if (begun.length > frameHeadBytes || begun.readUInt32LE(0) === fixedBytes) {
      const whole = begun;
      begun = nothing;
      hear(whole, 0, whole.length);
    } else grow();
    return from + taken;
  };

  /** Makes room for a frame whose fixed part has arrived. */
  const grow = () => {
    const size = sizeOf(begun, 0);
    if (size - frameHeadBytes > mostBytes) {
      passedOver = size - frameHeadBytes;
      const fixed = begun;
      begun = nothing;
      heard(fixed.readUInt32LE(4), fixed.readUInt16LE(8), nothing, undefined);
      return;
    }
    const room = Buffer.allocUnsafe(size);
    begun.copy(room, 0, 0, frameHeadBytes);
    begun = room;
  };

  return (chunk) => {
    let at = 0;
    while (at < chunk.length) {
      if (passedOver > 0) {
        const passed = Math.min(passedOver, chunk.length - at);
        passedOver -= passed;
        at += passed;
      } else if (begun.length > 0) at = fill(chunk, at);
      else {
        const size = chunk.length - at >= frameHeadBytes ? sizeOf(chunk, at) : Number.POSITIVE_INFINITY;
        if (size <= chunk.length - at && size - frameHeadBytes <= mostBytes) {
          hear(chunk, at, at + size);
          at += size;
        } else {
          begun = Buffer.allocUnsafe(frameHeadBytes);
          filled = 0;
        }
      }
    }
  };
}

/** Returns the length of the whole frame at the place. */
function sizeOf(bytes: Buffer, at: number): number {
  const size = bytes.readUInt32LE(at);
  if (size < fixedBytes) throw new Error("A frame is shorter than its fixed part.");
  return lengthBytes + size;
}
