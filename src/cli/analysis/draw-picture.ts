import type { Picture } from "../../prep/define-analysis.ts";

/** Of a picture that is one view; one of several has the size that its parts have. */
const width = 720;
const height = 360;
const parts = ["facet", "concat", "hconcat", "vconcat", "layer", "repeat"];

const refuse = (): Promise<never> => Promise.reject(new Error("A picture here has its data in itself."));

/**
 * Draws a picture of Vega-Lite as SVG, in the colours of the page that it stands on: `currentColor` and its variable `--line`.
 * Nothing is fetched, and its links lead nowhere.
 */
export async function drawPicture(picture: Picture): Promise<string> {
  const [{ Warn, loader, logger, parse, View }, { expressionInterpreter }, { compile }] = await Promise.all([
    import("vega"),
    import("vega-interpreter"),
    import("vega-lite"),
  ]);
  const { config, ...own } = picture;
  const text = { labelColor: "currentColor", titleColor: "currentColor" };
  const line = { gridColor: "var(--line)", domainColor: "var(--line)", tickColor: "var(--line)" };
  const encoding = (own.encoding as object | undefined) ?? {};
  const isOne = !parts.some((name) => name in own) && !["facet", "row", "column"].some((name) => name in encoding);
  const spec = {
    background: "transparent",
    ...(isOne && { width, height, autosize: { type: "fit", contains: "padding" } }),
    ...own,
    config: {
      ...(config as object | undefined),
      axis: { ...text, ...line },
      header: text,
      legend: text,
      title: { color: "currentColor", subtitleColor: "currentColor" },
      text: { fill: "currentColor" },
      view: { stroke: "var(--line)" },
    },
  };
  const quiet = logger(Warn, "error", () => {});
  const { spec: drawn } = compile(spec as unknown as Parameters<typeof compile>[0], { logger: quiet });
  const view = new View(parse(drawn, undefined, { ast: true }), {
    expr: expressionInterpreter,
    loader: { ...loader(), load: refuse, sanitize: refuse },
    logger: quiet,
    renderer: "none",
  });
  try {
    // The page says what the picture is; roles of its parts would say it again, without a name.
    return (await view.toSVG()).replaceAll(/<[a-z][^>]*>/g, (tag) =>
      tag.replaceAll(/ (?:role|aria-[a-z]+)="[^"]*"/g, ""),
    );
  } finally {
    view.finalize();
  }
}
