import type { QueryExecution } from "@aws-sdk/client-athena";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import Pagination from "@cloudscape-design/components/pagination";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Failure } from "../pages/failure.tsx";
import { asTabbedText, type ResultPage, readResult } from "./results.ts";

/** The rows of a result, a hundred a page. */
export function ResultGrid({ query }: { readonly query: QueryExecution }) {
  const [tokens, setTokens] = useState<readonly string[]>([]);
  const [page, setPage] = useState(1);
  const token = page > 1 ? tokens[page - 2] : undefined;
  const { data, error, refetch } = useQuery({
    queryKey: ["result", query.QueryExecutionId, token],
    queryFn: ({ signal }) => readResult(query, token, { signal }),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Spinner />;
  const turnTo = (number: number) => {
    if (number > tokens.length + 1 && data.next) setTokens([...tokens, data.next]);
    setPage(number);
  };
  const hasMore = data.next !== undefined || page > 1;
  return (
    <SpaceBetween size="xs">
      <SpaceBetween direction="horizontal" size="s" alignItems="center">
        <CopyToClipboard
          variant="button"
          copyButtonText={hasMore ? "Copy this page" : "Copy"}
          copySuccessText="Copied"
          copyErrorText="It could not be copied"
          textToCopy={asTabbedText(data)}
        />
        {hasMore && (
          <Pagination
            currentPageIndex={page}
            pagesCount={Math.max(page, tokens.length + 1) + (data.next && page > tokens.length ? 1 : 0)}
            openEnd={data.next !== undefined}
            onChange={({ detail }) => turnTo(detail.currentPageIndex)}
            ariaLabels={{
              nextPageLabel: "Next rows",
              previousPageLabel: "Previous rows",
              pageLabel: (number) => `Rows, page ${number}`,
            }}
          />
        )}
      </SpaceBetween>
      <Grid {...data} first={(page - 1) * 100 + 1} />
    </SpaceBetween>
  );
}

/** A plain table: a hundred rows are drawn at once. */
function Grid({ columns, rows, first }: ResultPage & { readonly first: number }) {
  if (columns.length === 0 && rows.length === 0) return <p>The statement has no rows to show.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
    <section className="result" aria-label="Result" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col" className="row-number">
              Row
            </th>
            {columns.map(({ name, type, isNumber }, column) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns of a result may have one name
              <th key={column} scope="col" className={isNumber ? "number" : undefined}>
                {name} <span className="type">{type}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a row of a result has no other identity
            <tr key={index}>
              <th scope="row" className="row-number">
                {first + index}
              </th>
              {row.map((value, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: nor has a cell
                <td key={column} className={columns[column]?.isNumber ? "number" : undefined}>
                  {value ?? <span className="null">null</span>}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <p>No rows.</p>}
    </section>
  );
}
