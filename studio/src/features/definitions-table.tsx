import type { FeatureDefinition } from "@aws-sdk/client-sagemaker";
import Box from "@cloudscape-design/components/box";
import Button, { type ButtonProps } from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Pagination from "@cloudscape-design/components/pagination";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useRef, useState } from "react";
import { valueAt } from "../declare/path.ts";
import { useForm, useFormPart } from "../form/form-context.ts";
import { typeOf } from "./record-values.ts";
import "./features.css";

interface Props {
  readonly path: string;
  readonly present: readonly FeatureDefinition[];
  readonly added: readonly FeatureDefinition[];
}

/** Rows that are drawn at once: a group has up to 2,500 definitions. */
const pageRows = 50;

/** Definitions as rows of a form: those that are there can be read, those that are new can be edited. */
export function DefinitionsTable({ path, present, added }: Props) {
  const form = useForm();
  const [page, setPage] = useState(1);
  const add = useRef<ButtonProps.Ref>(null);
  const count = present.length + added.length;
  const pages = Math.max(1, Math.ceil(count / pageRows));
  const current = Math.min(page, pages);
  const first = (current - 1) * pageRows;
  const shown = Array.from({ length: Math.min(pageRows, count - first) }, (_, index) => first + index);
  return (
    <SpaceBetween size="s">
      {present.length > 0 && (
        <Box variant="p">
          {present.length} definitions are there, and stay: a definition is neither changed nor removed.
        </Box>
      )}
      <div className="definitions">
        {shown.map((index) => {
          const own = index - present.length;
          return own < 0 ? (
            <PresentRow key={present[index]!.FeatureName} definition={present[index]!} />
          ) : (
            <EditedRow
              key={`added ${own}`}
              path={`${path}.${own}`}
              number={index + 1}
              onRemove={() => {
                form.removeEntry(path, own);
                add.current?.focus();
              }}
            />
          );
        })}
      </div>
      <SpaceBetween direction="horizontal" size="s" alignItems="center">
        <Button
          ref={add}
          formAction="none"
          iconName="add-plus"
          onClick={() => {
            form.change(path, [...added, { FeatureType: "String" }]);
            setPage(Math.ceil((count + 1) / pageRows));
          }}
        >
          Add feature
        </Button>
        {pages > 1 && (
          <Pagination
            currentPageIndex={current}
            pagesCount={pages}
            onChange={({ detail }) => setPage(detail.currentPageIndex)}
            ariaLabels={{
              nextPageLabel: "Next definitions",
              previousPageLabel: "Previous definitions",
              pageLabel: (number) => `Definitions, page ${number}`,
            }}
          />
        )}
      </SpaceBetween>
    </SpaceBetween>
  );
}

const PresentRow = ({ definition }: { readonly definition: FeatureDefinition }) => (
  <div className="present">
    <span className="name">{definition.FeatureName}</span>
    <span>{typeOf(definition)}</span>
  </div>
);

const dimensionMember = "CollectionConfig.VectorConfig.Dimension";
const members = ["FeatureName", "FeatureType", "CollectionType", dimensionMember];
const textAt = (draft: object, path: string) => String(valueAt(draft, path) ?? "");

interface RowProps {
  readonly path: string;
  readonly number: number;
  readonly onRemove: () => void;
}

const types = ["Integral", "Fractional", "String"].map((value) => ({ value, label: value }));
const single = { value: "", label: "Single value" };
const collections = [single, ...["List", "Set", "Vector"].map((value) => ({ value, label: value }))];

function EditedRow({ path, number, onRemove }: RowProps) {
  const form = useForm();
  const at = (member: string) => `${path}.${member}`;
  const texts = useFormPart(({ draft }) => JSON.stringify(members.map((member) => textAt(draft, at(member)))));
  const problems = useFormPart((state) => JSON.stringify(members.map((member) => state.problemAt(at(member)) ?? "")));
  const [name, type, collection, dimension] = JSON.parse(texts) as string[];
  const [nameProblem, typeProblem, collectionProblem, dimensionProblem] = JSON.parse(problems) as string[];
  const choose = (chosen: string | undefined) => {
    form.change(at("CollectionType"), chosen || undefined);
    if (chosen !== "Vector") form.change(at("CollectionConfig"), undefined);
    else form.change(at("FeatureType"), "Fractional");
  };
  return (
    <div className="edited">
      <FormField label={`Name ${number}`} errorText={nameProblem}>
        <Input
          value={name!}
          spellcheck={false}
          autoComplete={false}
          onChange={({ detail }) => form.change(at("FeatureName"), detail.value)}
        />
      </FormField>
      <FormField label={`Type ${number}`} errorText={typeProblem}>
        <Select
          selectedOption={types.find((one) => one.value === type) ?? null}
          options={types}
          placeholder="Choose one"
          onChange={({ detail }) => form.change(at("FeatureType"), detail.selectedOption.value)}
        />
      </FormField>
      <FormField label={`Collection ${number}`} errorText={collectionProblem}>
        <Select
          selectedOption={collections.find((one) => one.value === collection) ?? single}
          options={collections}
          onChange={({ detail }) => choose(detail.selectedOption.value)}
        />
      </FormField>
      {collection === "Vector" && (
        <FormField label={`Dimension ${number}`} errorText={dimensionProblem}>
          <Input
            value={dimension!}
            inputMode="numeric"
            onChange={({ detail }) => form.change(at(dimensionMember), detail.value)}
          />
        </FormField>
      )}
      <Button
        formAction="none"
        iconName="remove"
        variant="icon"
        ariaLabel={`Remove feature ${number}`}
        onClick={onRemove}
      />
    </div>
  );
}
