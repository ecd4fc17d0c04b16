import { type ReactNode, useState } from "react";
import { notifyFailure } from "../frame/notices.tsx";
import { droppedFiles, type NamedFile } from "./dropped-files.ts";
import "./s3.css";

interface Props {
  readonly onFiles: (files: readonly NamedFile[]) => void;
  readonly children: ReactNode;
}

/** Takes what is dropped on its content. */
export function DropArea({ onFiles, children }: Props) {
  const [over, setOver] = useState(false);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: files can also be chosen by buttons
    <div
      className={over ? "drop over" : "drop"}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        droppedFiles(event.dataTransfer.items).then(onFiles, (error) =>
          notifyFailure("What was dropped could not be read.", error),
        );
      }}
    >
      {children}
    </div>
  );
}
