import type { SpecialFunction } from "../scope.ts";
export const jsonTable = "";
export const jsonFunctions: Readonly<Record<string, SpecialFunction>> = {};
