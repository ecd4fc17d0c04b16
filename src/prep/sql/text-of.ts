import { type TypeKind, text } from "../column-type.ts";
import { as, type Expression } from "./expression.ts";

/** Types whose values a step for texts takes as the texts that they are written as. */
export const written: readonly TypeKind[] = ["text", "long", "double", "boolean", "date", "timestamp"];

/** The text of a value of such a type. */
export const textOf = (value: Expression): Expression => (value.type.kind === "text" ? value : as(value, text));

/** The characters that Python's `str.strip` takes away where it is told none. */
export const whitespace =
  " \t\n\u000b\f\r\u001c\u001d\u001e\u001f\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000";
