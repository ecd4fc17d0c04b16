import type { Panel, PanelProps } from "../declare/define-resource.ts";
import { CodeBlock } from "../values/code-block.tsx";

/** The SQL of a query or of a saved one. */
export const statement: Panel = { title: "Statement", body: Body };

function Body({ item, name }: PanelProps) {
  const text = item.Query ?? item.QueryString ?? item.QueryStatement;
  return <CodeBlock label={`Statement of ${name}`} text={String(text)} />;
}
