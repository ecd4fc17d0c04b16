import { type ProductProgram, productCommand } from "../base/product-program.ts";

/** The program of a plan: one of the product, or a command of the machine or container in which the run goes on. */
export type PlannedProgram = { readonly program: ProductProgram } | { readonly command: readonly string[] };

/** Its command line; `node` and `productRoot` are absolute paths of where the run goes on. */
export const plannedCommand = (
  planned: PlannedProgram,
  place: { node: string; productRoot: string },
): readonly string[] => ("program" in planned ? productCommand(planned.program, place) : planned.command);
