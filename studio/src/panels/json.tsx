import type { Panel, PanelProps } from "../declare/define-resource.ts";
import { CodeBlock } from "../values/code-block.tsx";
import { indentedJson, jsonText } from "../values/json-text.ts";

/** Everything that the service says of a document. */
export const json: Panel = { title: "JSON", body: Body };

function Body({ item, name }: PanelProps) {
  const { $metadata: _, ...shown } = item;
  return <CodeBlock label={`JSON of ${name}`} text={indentedJson(jsonText(shown))!} />;
}
