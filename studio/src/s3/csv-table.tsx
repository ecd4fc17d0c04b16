import { visibleText } from "../values/visible.ts";
import { csvRows } from "./csv-rows.ts";

const mostRows = 100;

interface Props {
  readonly text: string;
  readonly separator: string;
  /** Whether the text ends with the object: a last row that may be cut is left out. */
  readonly whole: boolean;
}

/** The first rows of a CSV. Its first row is the head unless it has a number, as the data of built-in algorithms has. */
export function CsvTable({ text, separator, whole }: Props) {
  const rows = csvRows(text, separator, mostRows + 1, whole);
  const hasHead = rows.length > 1 && rows[0]!.every((cell) => cell !== "" && Number.isNaN(Number(cell)));
  const body = rows.slice(hasHead ? 1 : 0).slice(0, mostRows);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
    <section className="rows" aria-label={`The first ${body.length} rows`} tabIndex={0}>
      <table>
        {hasHead && (
          <thead>
            <tr>
              <th scope="col" className="row-number">
                Row
              </th>
              {rows[0]!.map((cell, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a column of a file has no other identity
                <th key={column} scope="col">
                  {visibleText(cell)}
                </th>
              ))}
            </tr>
          </thead>
        )}
        <tbody>
          {body.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: nor has a row
            <tr key={index}>
              <th scope="row" className="row-number">
                {index + 1}
              </th>
              {row.map((cell, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: nor has a cell
                <td key={column}>{visibleText(cell)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
