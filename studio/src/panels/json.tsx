import type { Panel, PanelProps } from "../declare/define-resource.ts";
import { CodeBlock } from "../values/code-block.tsx";

/** Everything that the service says of a document. */
export const json: Panel = { title: "JSON", body: Body };

function Body({ item, name }: PanelProps) {
  const { $metadata: _, ...shown } = item;
  return <CodeBlock label={`JSON of ${name}`} text={JSON.stringify(shown, undefined, 2)} />;
}
