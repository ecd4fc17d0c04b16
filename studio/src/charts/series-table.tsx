import ExpandableSection from "@cloudscape-design/components/expandable-section";
import { useState } from "react";
import { number, time } from "../values/format.ts";
import { newestRows } from "./newest-rows.ts";
import type { LineChartProps } from "./series.ts";

/** The newest rows are shown: a chart shows the rest. */
const mostRows = 100;

/** What a chart shows, for those who read it better in figures. */
export function SeriesTable({ title, series, x }: LineChartProps) {
  const [open, setOpen] = useState(false);
  return (
    <ExpandableSection
      variant="inline"
      headerText="Values"
      headerAriaLabel={`Values of ${title}`}
      expanded={open}
      onChange={({ detail }) => setOpen(detail.expanded)}
    >
      {open && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
        <section className="values" aria-label={`Values of ${title}`} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">{x === "time" ? "Time" : "Step"}</th>
                {series.map(({ name }) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {newestRows(series, mostRows).map(([at, values]) => (
                <tr key={at}>
                  <th scope="row">{x === "time" ? time(new Date(at)) : number(at)}</th>
                  {values.map((value, index) => (
                    <td key={series[index]!.name}>{value === undefined ? "-" : number(value)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </ExpandableSection>
  );
}
