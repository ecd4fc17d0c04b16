import Box from "@cloudscape-design/components/box";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Tabs from "@cloudscape-design/components/tabs";
import { CodeBlock } from "../values/code-block.tsx";
import type { Dataset } from "./dataset.ts";
import { datasetPython, sdkVersions } from "./dataset-python.ts";
import { datasetSql } from "./dataset-sql.ts";

interface Props {
  /** Absent where something is still to be chosen. */
  readonly dataset: Dataset | undefined;
  readonly output: string;
}

/** What makes the same dataset: a program with SageMaker's SDK, and the statement that Athena is asked. */
export function DatasetCode({ dataset, output }: Props) {
  const texts = dataset && [
    ...sdkVersions.map((sdk) => [sdk.title, datasetPython(dataset, output, sdk)] as const),
    ["SQL", datasetSql(dataset)] as const,
  ];
  return (
    <ExpandableSection
      variant="container"
      headerText="The same as code"
      headerDescription="SageMaker's SDK for Python, and the statement that is run"
      defaultExpanded
    >
      {texts ? (
        <Tabs
          ariaLabel="Languages"
          tabs={texts.map(([title, text]) => ({
            id: title.replaceAll(" ", "-"),
            label: title,
            content: <CodeBlock label={`The dataset for ${title}`} text={text} />,
          }))}
        />
      ) : (
        <Box variant="p">Choose groups, and it is here.</Box>
      )}
    </ExpandableSection>
  );
}
