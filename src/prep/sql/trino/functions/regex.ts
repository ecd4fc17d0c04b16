import type { SpecialFunction } from "../scope.ts";
export const regexFunctions: Readonly<Record<string, SpecialFunction>> = {};
