import { useMemo } from "react";
import type { TopLevelSpec } from "vega-lite";
import type { Picture } from "../../../src/prep/define-analysis.ts";
import { useVega, vegaBase } from "../charts/use-vega.ts";
import type { Theme } from "../frame/theme.ts";

interface Props {
  readonly picture: Picture;
}

/** A picture of several views has the size that its parts have. */
const isComposed = ({ encoding, ...spec }: Picture): boolean =>
  ["facet", "concat", "hconcat", "vconcat", "repeat"].some((name) => name in spec) ||
  ["facet", "row", "column"].some((name) => name in ((encoding as object | undefined) ?? {}));

function specOf({ picture }: Props, width: number, theme: Theme): TopLevelSpec {
  const { autosize, ...base } = vegaBase(theme);
  const { config, ...own } = picture;
  const shape = isComposed(picture) ? {} : { autosize, width };
  return { ...base, ...shape, ...own, config: { ...(config as object | undefined), ...base.config } } as TopLevelSpec;
}

export default function AnalysisPictureDrawn({ picture, title }: Props & { readonly title: string }) {
  const place = useVega(
    specOf,
    useMemo(() => ({ picture }), [picture]),
  );
  return (
    <figure className="chart">
      <div role="img" aria-label={`Picture of ${title}; the tables below have its figures`} className="composed">
        <div ref={place} />
      </div>
    </figure>
  );
}
