import { type JsonObject, objectOf } from "../json-object.ts";
import { StepFault } from "../step-fault.ts";
import { type FlowNode, operatorName } from "./flow.ts";

/** Code of Python that a user wrote, and how it is to be run. */
export interface UserCode {
  readonly mode: "pandas" | "pyspark" | "udf";
  readonly code: string;
  readonly udf?: {
    readonly input: string;
    readonly output: string;
    readonly returns: string;
    readonly values: "pandas" | "python";
  };
}

/** Whether a step is Python of a user's. */
export const isUserCode = ({ operator, parameters }: FlowNode): boolean => {
  const name = operatorName(operator);
  if (name === "custom_pandas" || name === "custom_pyspark") return true;
  return name === "custom_code" && String(parameters.operator ?? "").startsWith("Python");
};

/** Returns the code of a step that has some. @throws StepFault */
export function readUserCode({ operator, parameters }: FlowNode): UserCode {
  const name = operatorName(operator);
  if (name === "custom_pandas") return { mode: "pandas", code: textOf(parameters, "code") };
  if (name === "custom_pyspark") return { mode: "pyspark", code: textOf(parameters, "code") };
  const variant = String(parameters.operator);
  switch (variant.toLowerCase()) {
    case "python (pandas)":
      return { mode: "pandas", code: textOf(objectOf(parameters.pandas_parameters), "code") };
    case "python (pyspark)":
      return { mode: "pyspark", code: textOf(objectOf(parameters.pyspark_parameters), "code") };
    case "python (user-defined function)":
      return readFunction(objectOf(parameters.udf_parameters));
    default:
      throw new StepFault(
        `The code is of ${JSON.stringify(variant)}; it is run as Python (Pandas), Python (PySpark) or Python (User-Defined Function).`,
      );
  }
}

function readFunction(block: JsonObject): UserCode {
  const isPandas = String(block.udf_mode ?? "Pandas").toLowerCase() === "pandas";
  const member = isPandas ? "pandas_code" : "python_code" in block ? "python_code" : "code";
  return {
    mode: "udf",
    code: textOf(block, member),
    udf: {
      input: textOf(block, "input_col"),
      output: textOf(block, "output_col"),
      returns: String(block.return_type ?? "string"),
      values: isPandas ? "pandas" : "python",
    },
  };
}

function textOf(block: JsonObject, name: string): string {
  const value = block[name];
  if (typeof value === "string" && value.trim() !== "") return value;
  throw new StepFault(`The step has no ${JSON.stringify(name)}; write the code that it is to run.`);
}
