import { type ProductProgram, productCommand } from "../base/product-program.ts";

/** The program of a plan: one of the product, or a command of the machine or container that the run is on. */
export type PlannedProgram = ({ readonly program: ProductProgram } | { readonly command: readonly string[] }) & {
  /** `none`: the program runs in the run's inner sandbox, in a network of its own. Absent in plans of older servers. */
  readonly network?: "host" | "none";
};

/**
 * Returns the program's command line; `node` and `productRoot` are absolute paths on the machine that the run is on.
 */
export const plannedCommand = (
  planned: PlannedProgram,
  place: { node: string; productRoot: string },
): readonly string[] => ("program" in planned ? productCommand(planned.program, place) : planned.command);
