/**
 * Two pipes of bytes between a thread and its host, in memory that both see. Whoever writes rings the other's bell, and
 * whoever has nothing to do waits for its own: the thread by `Atomics.wait`, the host, which has others to answer, by
 * `Atomics.waitAsync`. Beside the pipes lie the words that the two have for each other.
 */
export interface SharedPipes {
  readonly toThread: SharedPipe;
  readonly toHost: SharedPipe;
  readonly words: SharedWords;
  /** Is given to the thread. */
  readonly memory: SharedArrayBuffer;
}

/** Numbers that both sides see. */
export interface SharedWords {
  get(word: SharedWord): number;
  set(word: SharedWord, value: number): void;
  add(word: SharedWord): void;
  /** Wakes who waits for that word. */
  wake(word: SharedWord): void;
  /** Blocks this thread until the word is no longer `value`, or for so long. */
  wait(word: SharedWord, value: number, milliseconds?: number): void;
  /** The same without blocking; undefined when the word is another one already. */
  waitAsync(word: SharedWord, value: number): Promise<unknown> | undefined;
}

export type SharedWord = keyof typeof places;

const places = {
  threadBell: 4,
  hostBell: 5,
  /** Why the thread waits for its bell, 0 while it does not: whoever rings it has to wake the thread. */
  threadWaits: 6,
  /** 1: the host takes nothing more, and the thread ends. */
  isClosed: 7,
  /** 1: the thread is asked to answer what it has, and to end. */
  isEnding: 8,
  /** Grows as long as the thread does what it is there for. */
  beat: 9,
  /** What the thread's heap takes, KiB, and the processor time that it has taken, milliseconds. */
  heapKibibytes: 10,
  processorMilliseconds: 11,
  /** 1 while the host waits for its bell; else it looks by itself. */
  hostWaits: 12,
} as const;

/** The thread has nothing to do; or its host has to read before it can write on. */
export const waitsForWork = 1;
export const waitsForRoom = 2;

const wordBytes = 64;
/** A power of two. Bodies that are longer go through in pieces. */
const pipeBytes = 128 * 1024;

/** Makes the pipes in memory of their own, or in that of the other side. */
export function createSharedPipes(memory = new SharedArrayBuffer(wordBytes + 2 * pipeBytes)): SharedPipes {
  const numbers = new Int32Array(memory, 0, wordBytes / 4);
  const words: SharedWords = {
    get: (word) => Atomics.load(numbers, places[word]),
    set: (word, value) => void Atomics.store(numbers, places[word], value),
    add: (word) => void Atomics.add(numbers, places[word], 1),
    wake: (word) => void Atomics.notify(numbers, places[word]),
    wait: (word, value, milliseconds) => void Atomics.wait(numbers, places[word], value, milliseconds),
    waitAsync(word, value) {
      const waited = Atomics.waitAsync(numbers, places[word], value);
      return waited.async ? waited.value : undefined;
    },
  };
  return {
    toThread: createPipe(numbers, 0, new Uint8Array(memory, wordBytes, pipeBytes)),
    toHost: createPipe(numbers, 2, new Uint8Array(memory, wordBytes + pipeBytes, pipeBytes)),
    words,
    memory,
  };
}

/** A pipe that one side writes and the other one reads. */
export interface SharedPipe {
  /** Writes of the bytes as many as there is room for, from the place on; returns how many. */
  write(bytes: Uint8Array, from: number): number;
  /** How many bytes there are to be read. */
  waiting(): number;
  isFull(): boolean;
  /** Reads so many bytes, which must be there, into the beginning of `target`. */
  read(target: Uint8Array, count: number): void;
}

/** How many bytes were written and read stands at `place` and after it; both counts wrap around. */
function createPipe(numbers: Int32Array, place: number, bytes: Uint8Array): SharedPipe {
  const written = () => Atomics.load(numbers, place);
  const read = () => Atomics.load(numbers, place + 1);
  const mask = bytes.length - 1;
  return {
    write(given, from) {
      const at = written();
      const count = Math.min(given.length - from, bytes.length - ((at - read()) | 0));
      if (count <= 0) return 0;
      const first = Math.min(count, bytes.length - (at & mask));
      bytes.set(given.subarray(from, from + first), at & mask);
      if (count > first) bytes.set(given.subarray(from + first, from + count), 0);
      Atomics.store(numbers, place, (at + count) | 0);
      return count;
    },
    waiting: () => (written() - read()) | 0,
    isFull: () => ((written() - read()) | 0) === bytes.length,
    read(target, count) {
      const at = read();
      const first = Math.min(count, bytes.length - (at & mask));
      target.set(bytes.subarray(at & mask, (at & mask) + first), 0);
      if (count > first) target.set(bytes.subarray(0, count - first), first);
      Atomics.store(numbers, place + 1, (at + count) | 0);
    },
  };
}
