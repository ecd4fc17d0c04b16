import SpaceBetween from "@cloudscape-design/components/space-between";
import type { Panel, PanelProps } from "../declare/define-resource.ts";
import { CodeBlock } from "../values/code-block.tsx";
import { scriptText } from "../workspaces/script-text.ts";

/** The scripts of a lifecycle configuration, as text. */
export const script: Panel = { title: "Script", body: Body };

type Hook = readonly { readonly Content?: string }[] | undefined;

function Body({ item, name }: PanelProps) {
  const scripts: readonly (readonly [when: string, content: unknown])[] = [
    ["Each start of an app", item.StudioLifecycleConfigContent],
    ["Once, when it is made", (item.OnCreate as Hook)?.[0]?.Content],
    ["Each start", (item.OnStart as Hook)?.[0]?.Content],
  ];
  return (
    <SpaceBetween size="m">
      {scripts
        .filter(([, content]) => typeof content === "string")
        .map(([when, content]) => (
          <CodeBlock key={when} label={`${when}, ${name}`} text={scriptText(String(content))} />
        ))}
    </SpaceBetween>
  );
}
