import { Readable } from "node:stream";
import type { FrontContext, FrontRequest } from "./front.ts";

/** The body of a request to a front, in tests. */
export const bodyOf = (text: string): FrontRequest["body"] => ({
  whole: async () => Buffer.from(text),
  stream: () => Readable.from([Buffer.from(text)]),
});

const unexpected = () => {
  throw new Error("The front was not to ask for this.");
};

/** What a front gets and, in a test, must not use. */
export const unused: Pick<FrontContext, "requestId" | "call" | "toApi"> = {
  requestId: "1",
  call: unexpected,
  toApi: unexpected,
};
