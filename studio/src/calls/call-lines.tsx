import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Tabs from "@cloudscape-design/components/tabs";
import { useState } from "react";
import type { Service } from "../api/define-service.ts";
import { CodeBlock } from "../values/code-block.tsx";
import { languages, type ShownCall } from "./lines.ts";

interface Props {
  readonly service: Service;
  readonly calls: readonly ShownCall[];
}

/** The calls of a page as AWS CLI, boto3 and TypeScript. */
export function CallLines({ service, calls }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <ExpandableSection
      variant="container"
      headerText="The same as code"
      headerDescription={`${calls.map(({ operation }) => operation.name).join(", ")} for the AWS CLI, boto3 and the SDK for JavaScript`}
      expanded={open}
      onChange={({ detail }) => setOpen(detail.expanded)}
    >
      {open && (
        <Tabs
          ariaLabel="Languages"
          tabs={languages.map(({ title, write }) => ({
            id: title.replaceAll(" ", "-"),
            label: title,
            content: <CodeBlock label={`The call for ${title}`} text={write(service, calls)} />,
          }))}
        />
      )}
    </ExpandableSection>
  );
}
