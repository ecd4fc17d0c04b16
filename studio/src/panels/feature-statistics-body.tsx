import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import RadioGroup from "@cloudscape-design/components/radio-group";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import Table from "@cloudscape-design/components/table";
import { useState } from "react";
import type { PanelProps } from "../declare/define-resource.ts";
import { definitionOf, type Group } from "../features/group.ts";
import { offlineStatistics, onlineStatistics, sampleSize } from "../features/read-statistics.ts";
import type { Statistics } from "../features/sample-statistics.ts";
import type { Extent } from "../features/statistics-sql.ts";
import { useGroup } from "../features/use-group.ts";
import { OfferedControl } from "../form/offered-control.tsx";
import { locations } from "../form/offers/locations.ts";
import { Failure } from "../pages/failure.tsx";
import { outputProblem, ownPlace, useOutput } from "../sql/use-output.ts";
import { visibleName } from "../values/visible.ts";

type Source = Extent | "online";

/** What a person is told of what statistics are of. */
const sources: readonly { readonly value: Source; readonly label: string; readonly description: string }[] = [
  {
    value: "latest",
    label: "The latest record of each identifier",
    description: "From the offline store: Athena asks its table.",
  },
  { value: "all", label: "All events", description: "From the offline store: Athena asks its table." },
  {
    value: "online",
    label: `A sample of ${sampleSize} records of the online store`,
    description: "The first by their identifiers, as they are now.",
  },
];

const canAnswer = ({ hasOnline, table }: Group, source: Source) =>
  source === "online" ? hasOnline : table !== undefined;

export default function FeatureStatisticsBody({ item }: PanelProps) {
  const { FeatureGroupName, FeatureName } = item as { FeatureGroupName: string; FeatureName: string };
  const { data: group, error, refetch } = useGroup(FeatureGroupName);
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!group) return <Spinner />;
  return <Asked key={`${FeatureGroupName}/${FeatureName}`} group={group} name={FeatureName} />;
}

function Asked({ group, name }: { readonly group: Group; readonly name: string }) {
  const possible = sources.filter(({ value }) => canAnswer(group, value));
  const [source, setSource] = useState(possible[0]?.value);
  const [found, setFound] = useState<{ readonly source: Source; readonly statistics: Statistics }>();
  const [refused, setRefused] = useState<string>();
  const [isReading, setReading] = useState(false);
  const output = useOutput("primary");
  const definition = definitionOf(group, name);
  if (source === undefined || !definition)
    return <Box variant="p">The group has neither a table of its history nor an online store to read from yet.</Box>;
  const isOnline = source === "online";
  const problem = isOnline ? undefined : outputProblem(output?.location ?? "");
  const read = async () => {
    setReading(true);
    setRefused(undefined);
    try {
      const statistics = isOnline
        ? await onlineStatistics(group, definition)
        : await offlineStatistics(group, definition, source, output && ownPlace(output));
      setFound({ source, statistics });
    } catch (error) {
      setRefused((error as Error).message);
    }
    setReading(false);
  };
  return (
    <SpaceBetween size="m">
      <FormField label="Statistics of">
        <RadioGroup value={source} items={possible} onChange={({ detail }) => setSource(detail.value as Source)} />
      </FormField>
      {!isOnline && output && !output.isGiven && (
        <FormField label="The result goes to" errorText={problem}>
          <OfferedControl offer={locations} value={output.location} onChange={(text) => output.choose(String(text))} />
        </FormField>
      )}
      <Button loading={isReading} disabled={problem !== undefined} disabledReason={problem} onClick={() => void read()}>
        Work out statistics
      </Button>
      {refused !== undefined && (
        <Alert type="error" header="They could not be worked out">
          {refused}
        </Alert>
      )}
      {found && <Shown {...found} name={name} />}
    </SpaceBetween>
  );
}

interface ShownProps {
  readonly source: Source;
  readonly statistics: Statistics;
  readonly name: string;
}

function Shown({ source, statistics: { figures, frequent }, name }: ShownProps) {
  return (
    <SpaceBetween size="m">
      <output>
        Of: {sources.find(({ value }) => value === source)!.label.replace(/^[A-Z]/, (letter) => letter.toLowerCase())}.
      </output>
      <KeyValuePairs columns={4} items={figures.map(([label, value]) => ({ label, value }))} />
      {frequent.length > 0 && (
        <Table
          variant="embedded"
          items={frequent}
          ariaLabels={{ tableLabel: `Most frequent values of ${name}` }}
          columnDefinitions={[
            { id: "value", header: "Most frequent values", isRowHeader: true, cell: ([value]) => visibleName(value) },
            { id: "records", header: "Records", cell: ([, records]) => records },
          ]}
        />
      )}
    </SpaceBetween>
  );
}
