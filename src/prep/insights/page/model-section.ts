import type { InsightsReport } from "../insights-report.ts";
import { countText, type Html, html } from "./html.ts";
import { pageTable } from "./page-table.ts";

/** The quick model: its scores beside those of a trivial one, and how classes are confused. */
export function modelSection(model: NonNullable<InsightsReport["model"]>): Html {
  const scores = Object.keys(model.scores).map((name) => ({
    name,
    score: model.scores[name] ?? null,
    trivial: model.trivial[name] ?? null,
  }));
  const table = pageTable(
    "Scores of the quick model",
    [
      { title: "Score", value: ({ name }) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`) },
      { title: "Quick model", value: ({ score }) => score },
      { title: "Trivial model", value: ({ trivial }) => trivial },
    ],
    scores,
  );
  const { confusion } = model;
  const classes =
    confusion &&
    pageTable(
      "Classes: rows of one that are predicted as another",
      [
        { title: "Class", value: ({ at }: { at: number }) => confusion.classes[at]! },
        { title: "Precision", value: ({ at }) => confusion.report[at]!.precision },
        { title: "Recall", value: ({ at }) => confusion.report[at]!.recall },
        { title: "F1", value: ({ at }) => confusion.report[at]!.f1 },
        ...confusion.classes.map((name, other) => ({
          title: `as ${name}`,
          value: ({ at }: { at: number }) => confusion.counts[at]![other]!,
        })),
      ],
      confusion.classes.map((_, at) => ({ at })),
    );
  return html`<p>${model.kind}, ${model.task}, ${countText(model.rounds, "round")} with a learning rate of ${model.learningRate}, on ${countText(model.features, "column")} of numbers: ${model.validation}.</p><div class="beside">${table}${classes}</div>`;
}
