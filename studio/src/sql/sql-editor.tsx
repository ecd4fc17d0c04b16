import { useEffect, useRef } from "react";
import { createEditor, type Editor } from "./create-editor.ts";

interface Props {
  readonly text: string;
  readonly database: string | undefined;
  readonly onRun: () => void;
  readonly onChange: (text: string) => void;
  /** Given the editor when it is there, and undefined when it is gone. */
  readonly onReady: (editor: Editor | undefined) => void;
}

const keys = "Control and Enter run. Tab indents; Escape, then Tab, leaves the editor.";

/** The editor of the SQL room, as a component. */
export default function SqlEditor(props: Props) {
  const place = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    const editor = createEditor(place.current!, {
      text: latest.current.text,
      description: keys,
      database: () => latest.current.database,
      onRun: () => latest.current.onRun(),
      onChange: (text) => latest.current.onChange(text),
    });
    latest.current.onReady(editor);
    return () => {
      latest.current.onReady(undefined);
      editor.destroy();
    };
  }, []);
  return <div ref={place} className="sql-editor" />;
}
