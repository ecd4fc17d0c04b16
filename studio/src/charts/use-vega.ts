import { type RefObject, useEffect, useRef } from "react";
import { loader, parse, View } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compile, type TopLevelSpec } from "vega-lite";
import { type Theme, useTheme } from "../frame/theme.ts";

const colours = { light: { text: "#424650", line: "#dedee3" }, dark: { text: "#c6c6cd", line: "#424650" } };

/** What all pictures have: no ground of their own, and the colours of the theme. */
export function vegaBase(theme: Theme) {
  const { text, line } = colours[theme];
  return {
    autosize: { type: "fit", contains: "padding" },
    background: "transparent",
    config: {
      axis: { labelColor: text, titleColor: text, gridColor: line, domainColor: line, tickColor: line },
      legend: { labelColor: text, titleColor: text },
      view: { stroke: line },
    },
  } as const;
}

const refuse = (): Promise<never> => Promise.reject(new Error("A picture here has its data in itself."));
/** A picture may be somebody else's: it fetches nothing, and leads nowhere. */
const closedLoader = { ...loader(), load: refuse, sanitize: refuse };

/**
 * Draws in the element of the reference, again when its width or the theme changes.
 * @param props what the picture is made of: it is drawn again when they are others
 */
export function useVega<Props>(
  specOf: (props: Props, width: number, theme: Theme) => TopLevelSpec,
  props: Props,
): RefObject<HTMLDivElement | null> {
  const place = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  useEffect(() => {
    const element = place.current!;
    let view: View | undefined;
    const draw = () => {
      view?.finalize();
      const { spec } = compile(specOf(props, Math.max(element.clientWidth, 200), theme));
      // The interpreter evaluates expressions without making functions of texts, which the page's policy forbids.
      view = new View(parse(spec, undefined, { ast: true }), {
        expr: expressionInterpreter,
        loader: closedLoader,
        renderer: "svg",
      });
      view.initialize(element).run();
    };
    const watcher = new ResizeObserver(draw);
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      view?.finalize();
    };
  }, [specOf, props, theme]);
  return place;
}
