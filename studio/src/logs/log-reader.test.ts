import { expect, test } from "vitest";
import { LogReader } from "./log-reader.ts";
import type { Asked, LogPage, LogWindow } from "./log-window.ts";

/** A stream whose answers wait until the test lets them come: each has the lines that were there when it was asked for. */
function createStream(count: number) {
  const stream = { count, exists: true, shown: [] as LogWindow[], failed: [] as string[] };
  const waiting: (() => void)[] = [];
  const answer = ({ token, fromHead }: Asked): LogPage => {
    const from = token === undefined ? (fromHead ? 0 : Math.max(0, stream.count - 2)) : Number(token);
    const lines = Array.from({ length: Math.min(2, stream.count - from) }, (_, index) => ({
      message: `${from + index}`,
    }));
    return { lines, backward: `${from}`, forward: `${from + lines.length}` };
  };
  const reader = new LogReader({
    read(asked) {
      const page = answer(asked);
      const { exists } = stream;
      return new Promise((resolve, reject) => {
        waiting.push(() => (exists ? resolve(page) : reject(new Error("There is no such stream."))));
      });
    },
    show: (window) => stream.shown.push(window),
    fail: ({ message }) => stream.failed.push(message),
  });
  /** Lets an answer come, and whatever follows from it be asked for. */
  const come = async () => {
    waiting.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  const lines = () => stream.shown.at(-1)?.lines.map(({ message }) => message);
  return { stream, reader, come, lines, waiting };
}

test("a line that is written while the last page is on its way is shown without another sign of life", async () => {
  const { stream, reader, come, lines } = createStream(2);
  void reader.jump("end");
  stream.count = 3;
  reader.grown();
  await come();
  expect(lines()).toEqual(["0", "1"]);
  await come();
  expect(lines()).toEqual(["0", "1", "2"]);
});

test("so is one that comes after the end was asked for, and before it is answered", async () => {
  const { stream, reader, come, lines, waiting } = createStream(2);
  void reader.jump("end");
  await come();
  stream.count = 3;
  reader.grown();
  await come();
  // The answer that says that there is no more is on its way.
  stream.count = 4;
  reader.grown();
  await come();
  await come();
  expect(lines()).toEqual(["0", "1", "2", "3"]);
  await come();
  expect(waiting).toEqual([]);
});

test("one who reads elsewhere is left there", async () => {
  const { stream, reader, come, lines, waiting } = createStream(9);
  void reader.jump("start");
  reader.grown();
  await come();
  stream.count = 10;
  reader.grown();
  expect(waiting).toEqual([]);
  expect(lines()).toEqual(["0", "1"]);
});

test("a stream that is made after it was asked for is read when it has lines", async () => {
  const { stream, reader, come, lines } = createStream(0);
  stream.exists = false;
  void reader.jump("end");
  await come();
  expect(stream.failed).toEqual(["There is no such stream."]);
  Object.assign(stream, { exists: true, count: 1 });
  reader.grown();
  await come();
  expect(lines()).toEqual(["0"]);
});

test("an answer that comes after another place was asked for is not shown", async () => {
  const { reader, come, lines } = createStream(9);
  void reader.jump("end");
  void reader.jump("start");
  await come();
  expect(lines()).toBeUndefined();
  await come();
  expect(lines()).toEqual(["0", "1"]);
});
