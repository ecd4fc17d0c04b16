/**
 * The resource part of an ARN with variables in it, such as "pipeline/{PipelineName}/execution/{PipelineExecutionId}".
 */
export interface ArnTemplate {
  /** In order of appearance. */
  readonly variables: readonly string[];
  format(values: Readonly<Record<string, string>>): string;
  /** The same, from the values in the order of the variables. */
  fill(values: readonly string[]): string;
  /** Returns the variables' values in this resource; undefined when the resource does not match the whole template. */
  parse(resource: string): Record<string, string> | undefined;
}

/**
 * Compiles a template. A value contains no separator ("/", ":") that the template contains, so
 * "pipeline/{PipelineName}" does not match "pipeline/p/execution/e"; a variable written `{Path+}` may contain them.
 */
export function arnTemplate(template: string): ArnTemplate {
  const parts = template.split(/\{(\w+\+?)\}/);
  const literals = parts.filter((_, index) => index % 2 === 0);
  const separators = ["/", ":"].filter((separator) => literals.join("").includes(separator)).join("") || "/:";
  const variables: string[] = [];
  let expression = "";
  parts.forEach((part, index) => {
    if (index % 2 === 0) {
      expression += part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
      return;
    }
    const name = part.replace("+", "");
    variables.push(name);
    expression += part.endsWith("+") ? "(.+)" : `([^${separators}]+)`;
  });
  const whole = new RegExp(`^${expression}$`, "s");
  return {
    variables,
    format(values) {
      let resource = literals[0]!;
      for (let index = 0; index < variables.length; index++) {
        const value = values[variables[index]!];
        if (value === undefined) throw new RangeError(`${template} needs a value for ${variables[index]}`);
        resource += value + literals[index + 1]!;
      }
      return resource;
    },
    fill(values) {
      let resource = literals[0]!;
      for (let index = 0; index < variables.length; index++) resource += values[index]! + literals[index + 1]!;
      return resource;
    },
    parse(resource) {
      const found = whole.exec(resource);
      return found ? Object.fromEntries(variables.map((name, index) => [name, found[index + 1]!])) : undefined;
    },
  };
}
