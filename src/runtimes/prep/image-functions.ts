import { join } from "node:path";
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { EngineFunction } from "../../base/engine-function.ts";
import type { Pixels } from "../../ml/images/pixels.ts";
import type { ImageOperation } from "../../prep/transforms/image/image-operation.ts";
import type { ImageAnswer, ImageAsk, ImageThreadSetup } from "./image-thread.ts";

interface Thread {
  readonly port: MessagePort;
  readonly flag: Int32Array;
}
let thread: Thread | undefined;

/** The thread that reads and writes images, from the first image on. */
function started(): Thread {
  const { port1: port, port2 } = new MessageChannel();
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const setup: ImageThreadSetup = { port: port2, flag };
  const program = join(import.meta.dirname, `image-thread${import.meta.filename.slice(-3)}`);
  new Worker(program, { workerData: setup, transferList: [port2] }).unref();
  port.unref();
  return { port, flag };
}

/** As long as an image may take. */
const longest = 120_000;

/** Asks the thread, and waits. */
function ask(question: ImageAsk): unknown {
  thread ??= started();
  const { flag, port } = thread;
  Atomics.store(flag, 0, 0);
  port.postMessage(question);
  if (Atomics.wait(flag, 0, 0, longest) === "timed-out")
    throw new Error(
      `An image took more than ${longest / 1_000} seconds, or the library that reads images is not installed.`,
    );
  const { message } = receiveMessageOnPort(port) as { readonly message: ImageAnswer };
  if ("answer" in message) return message.answer;
  throw new Error(
    `An image cannot be changed: ${message.fault} Leave out those that cannot be read by Drop corrupted images.`,
  );
}

/** The pixels of an image; undefined for what is none. */
export const pixelsOfImage = (bytes: Uint8Array): Pixels | undefined =>
  (ask({ ask: "pixels", bytes }) as Pixels | null) ?? undefined;

/** The functions by which queries change images. */
export const imageFunctions: readonly EngineFunction[] = [
  {
    name: "sagebrush_image",
    takes: ["bytes", "text"],
    gives: "bytes",
    call: (bytes: Uint8Array, operation: string) =>
      ask({ ask: "change", bytes, operation: JSON.parse(operation) as ImageOperation }),
  },
  {
    name: "sagebrush_image_tile",
    takes: ["bytes", "bigint", "bigint", "bigint"],
    gives: "bytes",
    call: (bytes: Uint8Array, rows: bigint, columns: bigint, at: bigint) =>
      ask({ ask: "tile", bytes, rows: Number(rows), columns: Number(columns), at: Number(at) }),
  },
  {
    name: "sagebrush_image_fingerprint",
    takes: ["bytes"],
    gives: "text",
    call: (bytes: Uint8Array) => ask({ ask: "fingerprint", bytes }),
  },
  {
    name: "sagebrush_image_size",
    takes: ["bytes"],
    gives: "bigints",
    call: (bytes: Uint8Array) => (ask({ ask: "size", bytes }) as readonly number[] | null)?.map(BigInt) ?? null,
  },
];
