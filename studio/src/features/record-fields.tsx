import type { FeatureDefinition } from "@aws-sdk/client-sagemaker";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Pagination from "@cloudscape-design/components/pagination";
import SpaceBetween from "@cloudscape-design/components/space-between";
import TextFilter from "@cloudscape-design/components/text-filter";
import Textarea from "@cloudscape-design/components/textarea";
import { useState } from "react";
import type { Group } from "./group.ts";
import { type RecordTexts, typeOf } from "./record-values.ts";

/** Fields that are drawn at once: a group has up to 2,500 features. */
const pageFields = 50;

interface Props {
  readonly group: Group;
  readonly texts: RecordTexts;
  readonly problemOf: (name: string) => string | undefined;
  readonly onChange: (name: string, text: string) => void;
}

/** A field for each feature: first those that every record has, then those with a problem, then the others. */
export function RecordFields({ group: { eventTime, features, identifier }, texts, problemOf, onChange }: Props) {
  const [filter, setFilter] = useState("");
  const [page, setPage] = useState(1);
  const rank = ({ FeatureName: name }: FeatureDefinition) => (name === identifier ? 0 : name === eventTime ? 1 : 2);
  const isMany = features.length > pageFields;
  const wrong = (name: string | undefined) => isMany && problemOf(name!) !== undefined;
  const found = features
    .filter(({ FeatureName = "" }) => wrong(FeatureName) || FeatureName.toLowerCase().includes(filter.toLowerCase()))
    .toSorted((one, other) => rank(one) - rank(other));
  const pages = Math.max(1, Math.ceil(found.length / pageFields));
  const current = Math.min(page, pages);
  return (
    <SpaceBetween size="m">
      {isMany && (
        <TextFilter
          filteringText={filter}
          filteringPlaceholder="Find a feature"
          filteringAriaLabel="Find a feature"
          countText={`${found.length} of ${features.length} features`}
          onChange={({ detail }) => setFilter(detail.filteringText)}
        />
      )}
      {found.slice((current - 1) * pageFields, current * pageFields).map((definition) => {
        const name = definition.FeatureName!;
        const isRequired = rank(definition) < 2;
        return (
          <FormField
            key={name}
            label={
              isRequired ? (
                name
              ) : (
                <>
                  {name} <i>- optional</i>
                </>
              )
            }
            description={`${typeOf(definition)}${name === identifier ? ", the record identifier" : name === eventTime ? ", the event time" : ""}`}
            errorText={problemOf(name)}
          >
            {definition.CollectionType ? (
              <Textarea
                rows={3}
                value={texts[name] ?? ""}
                placeholder="One a line"
                spellcheck={false}
                onChange={({ detail }) => onChange(name, detail.value)}
              />
            ) : (
              <Input
                value={texts[name] ?? ""}
                spellcheck={false}
                autoComplete={false}
                onChange={({ detail }) => onChange(name, detail.value)}
              />
            )}
          </FormField>
        );
      })}
      {pages > 1 && (
        <Pagination
          currentPageIndex={current}
          pagesCount={pages}
          onChange={({ detail }) => setPage(detail.currentPageIndex)}
          ariaLabels={{
            nextPageLabel: "Next features",
            previousPageLabel: "Previous features",
            pageLabel: (number) => `Features, page ${number}`,
          }}
        />
      )}
    </SpaceBetween>
  );
}
