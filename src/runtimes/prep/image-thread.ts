import { createHash } from "node:crypto";
import { type MessagePort, workerData } from "node:worker_threads";
import sharp, { type Sharp } from "sharp";
import { createRandom } from "../../base/random.ts";
import { gaussianBlur } from "../../ml/images/blur.ts";
import { equalized, gammaContrast, linearContrast, logContrast, sigmoidContrast } from "../../ml/images/contrast.ts";
import { type Corruption, corruptions } from "../../ml/images/corruptions.ts";
import { mapValues, type Pixels } from "../../ml/images/pixels.ts";
import type { ImageOperation } from "../../prep/transforms/image/image-operation.ts";

/** The thread of `image-functions.ts`: whoever asks waits, since a query's function answers at once. */

export interface ImageThreadSetup {
  readonly port: MessagePort;
  /** Becomes 1 when an answer is there. */
  readonly flag: Int32Array;
}

export type ImageAsk =
  | { readonly ask: "change"; readonly bytes: Uint8Array; readonly operation: ImageOperation }
  | {
      readonly ask: "tile";
      readonly bytes: Uint8Array;
      readonly rows: number;
      readonly columns: number;
      readonly at: number;
    }
  | { readonly ask: "fingerprint" | "size" | "pixels"; readonly bytes: Uint8Array };

export type ImageAnswer = { readonly answer: unknown } | { readonly fault: string };

const { flag, port } = workerData as ImageThreadSetup;

/** As OpenCV reads an image: turned as its camera says, in red, green and blue, without what is behind it. */
const opened = (bytes: Uint8Array): Sharp =>
  sharp(bytes, { failOn: "error" }).autoOrient().toColourspace("srgb").removeAlpha();

async function pixelsOf(image: Sharp): Promise<Pixels> {
  const { data, info } = await image.toColourspace("srgb").raw().toBuffer({ resolveWithObject: true });
  const { channels, height, width } = info;
  if (channels === 3) return { width, height, data };
  const colours = new Uint8Array(3 * width * height);
  for (let at = 0; at < colours.length; at++) colours[at] = data[Math.floor(at / 3) * channels]!;
  return { width, height, data: colours };
}

const imageOf = ({ data, height, width }: Pixels): Sharp => sharp(data, { raw: { width, height, channels: 3 } });

const kinds = ["jpeg", "png", "webp", "tiff", "gif"] as const;

/** Written as the kind that the image was; one that cannot be written becomes a PNG. */
async function encoded(image: Sharp, like: string | undefined, quality = 95): Promise<Uint8Array> {
  const format = kinds.find((kind) => kind === like) ?? "png";
  return new Uint8Array(
    await image.toFormat(format, format === "png" || format === "gif" ? {} : { quality }).toBuffer(),
  );
}

const contrasts: Readonly<Record<string, (image: Pixels, numbers: readonly number[]) => Pixels>> = {
  Gamma: (image, [gamma]) => gammaContrast(image, gamma!),
  Sigmoid: (image, [gain, cutoff]) => sigmoidContrast(image, gain!, cutoff!),
  Log: (image, [gain]) => logContrast(image, gain!),
  Linear: (image, [factor]) => linearContrast(image, factor!),
  Equalize: equalized,
};

async function corrupted(bytes: Uint8Array, { kind, severity, seed }: Extract<ImageOperation, { does: "corrupt" }>) {
  const image = opened(bytes);
  if (kind === "JPEG compression")
    return sharp(await image.jpeg({ quality: [25, 18, 15, 10, 7][severity - 1]! }).toBuffer());
  if (kind === "Pixelate") {
    const { height, width } = await pixelsOf(image.clone());
    const share = [0.6, 0.5, 0.4, 0.3, 0.25][severity - 1]!;
    const size = (one: number) => Math.max(1, Math.floor(one * share));
    const small = await image.resize(size(width), size(height), { fit: "fill", kernel: "linear" }).png().toBuffer();
    return sharp(small).resize(width, height, { fit: "fill", kernel: "nearest" });
  }
  // Each image has chance of its own, the same in every run.
  const own = createHash("sha256").update(bytes).digest().readUInt32LE(0);
  const corrupt = (corruptions as Readonly<Record<string, Corruption>>)[kind]!;
  return imageOf(corrupt(await pixelsOf(image), severity, createRandom((own ^ seed) >>> 0)));
}

async function changed(bytes: Uint8Array, operation: ImageOperation): Promise<Sharp> {
  const image = opened(bytes);
  switch (operation.does) {
    case "resize": {
      const { fit, height, kernel, width } = operation;
      return image.resize({
        ...(width !== undefined && { width }),
        ...(height !== undefined && { height }),
        // With one side alone, the other goes with it.
        ...(width !== undefined && height !== undefined && { fit: fit as "fill" }),
        kernel: kernel as "nearest",
        background: "black",
      });
    }
    case "rotate":
      return sharp(await image.png().toBuffer())
        .rotate(operation.degrees, { background: "black" })
        .removeAlpha();
    case "flip":
      return operation.way === "vertical" ? image.flip() : image.flop();
    case "crop": {
      const { height, left, top, width } = operation;
      const whole = await pixelsOf(image.clone());
      if (left + width > whole.width || top + height > whole.height)
        throw new Error(
          `The part from (${left}, ${top}) of ${width} x ${height} pixels is not within an image of ${whole.width} x ${whole.height}; resize the images first, or take a smaller part.`,
        );
      return imageOf(whole).extract({ left, top, width, height });
    }
    case "grayscale":
      return imageOf(await pixelsOf(image.greyscale()));
    case "blur":
      return imageOf(gaussianBlur(await pixelsOf(image), operation.deviation));
    case "sharpen":
      return image.sharpen({ sigma: operation.deviation });
    case "brightness":
      return imageOf(mapValues(await pixelsOf(image), (value) => value * operation.factor));
    case "channels": {
      const pixels = await pixelsOf(image);
      const from = [...operation.order].map((letter) => "RGB".indexOf(letter));
      const data = pixels.data.map((_, at) => (from[at % 3]! < 0 ? 0 : pixels.data[at - (at % 3) + from[at % 3]!]!));
      return imageOf({ ...pixels, data });
    }
    case "contrast":
      if (operation.kind === "CLAHE") {
        const [size, slope] = operation.numbers as readonly [number, number];
        return image.clahe({ width: size, height: size, maxSlope: slope });
      }
      return imageOf(contrasts[operation.kind]!(await pixelsOf(image), operation.numbers));
    case "corrupt":
      return corrupted(bytes, operation);
    case "convert":
      return image;
  }
}

async function tile({ at, bytes, columns, rows }: Extract<ImageAsk, { ask: "tile" }>): Promise<Sharp> {
  const { data, height, width } = await pixelsOf(opened(bytes));
  const [row, column] = [Math.floor(at / columns), at % columns];
  const edge = (size: number, parts: number, part: number) => Math.floor((size * part) / parts);
  const [left, top] = [edge(width, columns, column), edge(height, rows, row)];
  const size = { width: edge(width, columns, column + 1) - left, height: edge(height, rows, row + 1) - top };
  if (size.width < 1 || size.height < 1)
    throw new Error(`An image of ${width} x ${height} pixels cannot be cut into ${columns} columns and ${rows} rows.`);
  return imageOf({ data, height, width }).extract({ left, top, ...size });
}

async function answerTo(ask: ImageAsk): Promise<unknown> {
  const { bytes } = ask;
  switch (ask.ask) {
    case "change": {
      const { format } = await sharp(bytes).metadata();
      const { operation } = ask;
      const like = operation.does === "convert" ? operation.format : format;
      return encoded(
        await changed(bytes, operation),
        like,
        operation.does === "convert" ? operation.quality : undefined,
      );
    }
    case "tile": {
      const { format } = await sharp(bytes).metadata();
      return encoded(await tile(ask), format);
    }
    case "pixels":
    case "fingerprint":
    case "size": {
      const pixels = await pixelsOf(opened(bytes)).catch(() => null);
      if (pixels === null || ask.ask === "pixels") return pixels;
      if (ask.ask === "size") return [pixels.width, pixels.height];
      return createHash("sha256").update(`${pixels.width} x ${pixels.height}:`).update(pixels.data).digest("hex");
    }
  }
}

port.on("message", async (ask: ImageAsk) => {
  const message = await answerTo(ask).then(
    (answer): ImageAnswer => ({ answer }),
    (error: Error): ImageAnswer => ({ fault: error.message }),
  );
  port.postMessage(message);
  Atomics.store(flag, 0, 1);
  Atomics.notify(flag, 0);
});
