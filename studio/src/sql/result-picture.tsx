import type { QueryExecution } from "@aws-sdk/client-athena";
import FormField from "@cloudscape-design/components/form-field";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { deferred } from "../frame/deferred.tsx";
import { Failure } from "../pages/failure.tsx";
import { number } from "../values/format.ts";
import { type Mark, marks, type Picture, startOf } from "./picture.ts";
import { type ResultPage, readRows } from "./results.ts";

const Drawn = deferred(() => import("./result-picture-drawn.tsx"));

/** Rows that a picture is made of; a query can sum up what has more. */
const mostRows = 5_000;

/** A result as lines, bars or points. */
export function ResultPicture({ query }: { readonly query: QueryExecution }) {
  const { data, error, refetch } = useQuery({
    queryKey: ["result", query.QueryExecutionId, "all"],
    queryFn: ({ signal }) => readRows(query, mostRows, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Spinner />;
  return <Chosen {...data} />;
}

function Chosen(result: ResultPage) {
  const { columns, rows, next } = result;
  const [picture, setPicture] = useState<Picture | undefined>(() => startOf(result));
  if (!picture) return <p>A picture needs a column of numbers and some rows.</p>;
  const option = (index: number) => ({ value: String(index), label: columns[index]!.name });
  const all = columns.map((_, index) => option(index));
  const ofNumbers = all.filter((_, index) => columns[index]!.isNumber);
  const none = { value: "", label: "None" };
  const choose = (title: string, member: "x" | "y" | "colour", options: typeof all) => {
    const chosen = picture[member];
    return (
      <FormField label={title}>
        <Select
          selectedOption={chosen === undefined ? none : option(chosen)}
          options={options}
          onChange={({ detail }) => {
            const { value } = detail.selectedOption;
            setPicture({ ...picture, [member]: value === "" ? undefined : Number(value) });
          }}
        />
      </FormField>
    );
  };
  return (
    <SpaceBetween size="s">
      <SpaceBetween direction="horizontal" size="s" alignItems="end">
        <SegmentedControl
          label="Kind of picture"
          selectedId={picture.mark}
          options={marks.map((mark) => ({ id: mark, text: mark }))}
          onChange={({ detail }) => setPicture({ ...picture, mark: detail.selectedId as Mark })}
        />
        {choose("Across", "x", all)}
        {choose("Up", "y", ofNumbers)}
        {choose("Colour", "colour", [none, ...all])}
      </SpaceBetween>
      {next !== undefined && <p>The first {number(rows.length)} rows are shown.</p>}
      <Drawn result={result} picture={picture} />
    </SpaceBetween>
  );
}
