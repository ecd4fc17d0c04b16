const mask = (1n << 64n) - 1n;
const constant = 0xdeadbeefdeadbeefn;
const rotated = (value: bigint, by: number): bigint => ((value << BigInt(by)) | (value >> BigInt(64 - by))) & mask;

const shortMix = [50, 52, 30, 41, 54, 48, 38, 37, 62, 34, 5, 36];
const shortEnd = [15, 52, 26, 51, 28, 9, 47, 54, 32, 25, 63];
const longMix = [11, 32, 43, 31, 17, 28, 39, 57, 55, 54, 22, 46];
const longEnd = [44, 15, 34, 21, 38, 33, 10, 13, 38, 53, 42, 54];
/** So many bytes are hashed in the short way. */
const longestShort = 191;
const blockBytes = 96;

/** SpookyHash V2 of 64 bits, without a seed. */
export function spooky64(bytes: Uint8Array): bigint {
  return bytes.length <= longestShort ? ofShort(bytes) : ofLong(bytes);
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function ofShort(bytes: Uint8Array): bigint {
  const view = viewOf(bytes);
  const whole = (at: number) => view.getBigUint64(at, true);
  const state: [bigint, bigint, bigint, bigint] = [0n, 0n, constant, constant];
  const add = (index: number, value: bigint) => {
    state[index] = (state[index]! + value) & mask;
  };
  const mix = () => {
    for (const [step, by] of shortMix.entries()) {
      const one = (step + 2) % 4;
      state[one] = (rotated(state[one]!, by) + state[(one + 1) % 4]!) & mask;
      state[(one + 2) % 4] = state[(one + 2) % 4]! ^ state[one]!;
    }
  };
  let at = 0;
  for (; at + 32 <= bytes.length; at += 32) {
    add(2, whole(at));
    add(3, whole(at + 8));
    mix();
    add(0, whole(at + 16));
    add(1, whole(at + 24));
  }
  if (bytes.length - at >= 16) {
    add(2, whole(at));
    add(3, whole(at + 8));
    mix();
    at += 16;
  }
  add(3, BigInt(bytes.length) << 56n);
  const rest = new Uint8Array(16);
  rest.set(bytes.subarray(at));
  const last = viewOf(rest);
  if (at === bytes.length) {
    add(2, constant);
    add(3, constant);
  } else {
    add(2, last.getBigUint64(0, true));
    add(3, last.getBigUint64(8, true));
  }
  for (const [step, by] of shortEnd.entries()) {
    const [one, before] = [(step + 3) % 4, (step + 2) % 4];
    const mixed = state[one]! ^ state[before]!;
    state[before] = rotated(state[before]!, by);
    state[one] = (mixed + state[before]!) & mask;
  }
  return state[0];
}

function ofLong(bytes: Uint8Array): bigint {
  const state = Array.from({ length: 12 }, (_, index): bigint => (index % 3 === 2 ? constant : 0n));
  const at = (index: number) => (index + 12) % 12;
  const words = (view: DataView, from: number) =>
    Array.from({ length: 12 }, (_, index) => view.getBigUint64(from + 8 * index, true));
  const view = viewOf(bytes);
  let from = 0;
  for (; from + blockBytes <= bytes.length; from += blockBytes)
    for (const [index, word] of words(view, from).entries()) {
      state[index] = (state[index]! + word) & mask;
      state[at(index + 2)] = state[at(index + 2)]! ^ state[at(index - 2)]!;
      state[at(index - 1)] = state[at(index - 1)]! ^ state[index]!;
      state[index] = rotated(state[index]!, longMix[index]!);
      state[at(index - 1)] = (state[at(index - 1)]! + state[at(index + 1)]!) & mask;
    }
  const rest = new Uint8Array(blockBytes);
  rest.set(bytes.subarray(from));
  rest[blockBytes - 1] = bytes.length - from;
  for (const [index, word] of words(viewOf(rest), 0).entries()) state[index] = (state[index]! + word) & mask;
  for (let round = 0; round < 3; round++)
    for (const [step, by] of longEnd.entries()) {
      const [before, one, next] = [at(step - 1), at(step + 1), at(step + 2)];
      state[before] = (state[before]! + state[one]!) & mask;
      state[next] = state[next]! ^ state[before]!;
      state[one] = rotated(state[one]!, by);
    }
  return state[0]!;
}
