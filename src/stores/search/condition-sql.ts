import type { PropertyCondition, SearchCondition, ValueTest } from "./port.ts";

/** A piece of SQL and the values of its parameters. */
export interface Sql {
  readonly text: string;
  readonly values: readonly (string | number)[];
}

/** Returns the numbers of the paths that a condition is about. */
export type PathFinder = (path: string, what: "alone" | "with all below") => readonly number[];

const join = (parts: readonly Sql[], by: string, ofNone: string): Sql =>
  parts.length === 0
    ? { text: ofNone, values: [] }
    : { text: `(${parts.map(({ text }) => text).join(by)})`, values: parts.flatMap(({ values }) => values) };

/** Returns a condition on the row `entry`. */
export function conditionSql(condition: SearchCondition, paths: PathFinder): Sql {
  if ("elementOf" in condition) return elementSql(condition.elementOf, condition.all, paths);
  if ("any" in condition)
    return join(
      condition.any.map((part) => conditionSql(part, paths)),
      " or ",
      "false",
    );
  if ("all" in condition)
    return join(
      condition.all.map((part) => conditionSql(part, paths)),
      " and ",
      "true",
    );
  const { text, values } = valueSql(condition, paths);
  const negation = condition.not ? "not " : "";
  return { text: `entry.row ${negation}in (select property.entry from property where ${text})`, values };
}

/** An element is known by the values below its list. */
function elementSql(list: string, conditions: readonly PropertyCondition[], paths: PathFinder): Sql {
  const parts = conditions.map((condition): Sql => {
    const { text, values } = valueSql(condition, paths);
    const same = "property.entry = element.entry and property.item = element.item";
    return { text: `${condition.not ? "not " : ""}exists (select 1 from property where ${same} and ${text})`, values };
  });
  const { text, values } = join(parts, " and ", "true");
  const inList = oneOf("element.path", paths(list, "with all below"));
  return { text: `entry.row in (select element.entry from property as element where ${inList} and ${text})`, values };
}

function valueSql({ path, test }: PropertyCondition, paths: PathFinder): Sql {
  const inPath = oneOf("property.path", paths(path, test.is === "there" ? "with all below" : "alone"));
  const { text, values } = testSql(test);
  return { text: `${inPath} and ${text}`, values };
}

const oneOf = (column: string, numbers: readonly number[]): string => `${column} in (${numbers.join(", ")})`;

function testSql(test: ValueTest): Sql {
  switch (test.is) {
    case "there":
      return { text: "true", values: [] };
    case "equal":
      return { text: "property.text = ?", values: [test.text] };
    case "one of":
      return { text: `property.text in (${test.texts.map(() => "?").join(", ")})`, values: test.texts };
    case "containing":
      return { text: "instr(property.text, ?) > 0", values: [test.text] };
    default: {
      const value = test.whole ? "cast(property.number as integer)" : "property.number";
      return { text: `${value} ${test.is} ?`, values: [test.number] };
    }
  }
}
