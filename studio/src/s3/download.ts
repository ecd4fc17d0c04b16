import { GetObjectCommand } from "@aws-sdk/client-s3";
import { call } from "../api/command.ts";
import { notifyFailure } from "../frame/notices.tsx";
import { s3 } from "../services/s3.ts";

type SavePicker = (options: { suggestedName: string }) => Promise<{ createWritable(): Promise<WritableStream> }>;

/** Saves an object as a file: as it arrives where the browser can, else from memory. Says what has failed. */
export async function download(bucket: string, key: string): Promise<void> {
  try {
    await save(bucket, key);
  } catch (error) {
    // The person has closed the question for a place.
    if ((error as Error).name !== "AbortError") notifyFailure("It could not be saved.", error);
  }
}

async function save(Bucket: string, Key: string): Promise<void> {
  const suggestedName = Key.slice(Key.lastIndexOf("/") + 1);
  const pick = (globalThis as { showSaveFilePicker?: SavePicker }).showSaveFilePicker;
  const file = pick && (await pick({ suggestedName }));
  const { Body } = await call(s3, GetObjectCommand, { Bucket, Key });
  const stream = Body!.transformToWebStream() as ReadableStream;
  if (file) return await stream.pipeTo(await file.createWritable());
  const address = URL.createObjectURL(await new Response(stream).blob());
  Object.assign(document.createElement("a"), { href: address, download: suggestedName }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
