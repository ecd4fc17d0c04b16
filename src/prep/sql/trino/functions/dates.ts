import type { SpecialFunction } from "../scope.ts";
export const dateTable = "";
export const dateFunctions: Readonly<Record<string, SpecialFunction>> = {};
