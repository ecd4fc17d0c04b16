import fc from "fast-check";
import { expect, it } from "vitest";
import { createFrameReader, type Frame, frameBuffers, frameHead, headNames } from "./serving-frame.ts";

const frames = fc.array(
  fc.record({
    id: fc.integer({ min: 0, max: 0xffffffff }),
    status: fc.integer({ min: 0, max: 999 }),
    head: fc.array(fc.string({ unit: "grapheme-ascii", maxLength: 9 })).map(frameHead),
    body: fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 40 }),
      fc.uint8Array({ maxLength: 40 }),
      fc.integer({ min: 16_000, max: 17_000 }).map((length) => Buffer.alloc(length, "x")),
    ),
  }),
  { maxLength: 6 },
);

const seen = ({ id, status, head, body }: Frame) => [id, status, Buffer.from(head).toString(), Buffer.from(body)];

it("frames arrive as they were sent, however the bytes are cut, those that are too large without their bodies", () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 });
  const most = fc.integer({ min: 0, max: 60 });
  fc.assert(
    fc.property(frames, cuts, most, (sent, cuts, mostBytes) => {
      const heard: unknown[] = [];
      const read = createFrameReader((id, status, head, body) => {
        heard.push(body ? seen({ id, status, head: Buffer.from(head), body: Buffer.from(body) }) : [id, status]);
      }, mostBytes);
      const bytes = Buffer.concat(frameBuffers(sent));
      for (let at = 0, cut = 0; at < bytes.length; cut++) {
        const end = at + cuts[cut % cuts.length]!;
        read(bytes.subarray(at, end));
        at = end;
      }
      const fits = ({ head, body }: Frame) => head.length + Buffer.from(body).length <= mostBytes;
      expect(heard).toEqual(sent.map((frame) => (fits(frame) ? seen(frame) : [frame.id, frame.status])));
    }),
  );
});

it("a head holds names and values in turn, empty ones too", () => {
  expect(headNames(frameHead(["content-type", "text/csv", "accept", ""]))).toEqual([
    "content-type",
    "text/csv",
    "accept",
    "",
  ]);
  expect(headNames(frameHead([]))).toEqual([]);
});

it.each([
  ["shorter than its fixed part", [7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  ["ends within its head", [8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0]],
])("what is no frame is refused: it is %s", (words, bytes) => {
  expect(() => createFrameReader(() => {}, 100)(Buffer.from(bytes))).toThrow(words);
});
