import { choice, integer } from "../../../base/params.ts";
import { javaRandom } from "../../../ml/kernels/java-random.ts";
import { vector } from "../../column-type.ts";
import { defineColumnTransform } from "../../define-column-transform.ts";
import { doubles, texts, vectors } from "../../example-columns.ts";
import { trainedNumbers } from "../../flows/trained-model.ts";
import { as, call, choose, type Expression, each, within } from "../../sql/expression.ts";
import type { Named } from "../../sql/relation.ts";
import { termPlace } from "../featurize-text/term-place.ts";

/** The greatest hash, as Spark ML's MinHashLSH has it. */
const prime = 2_038_074_743;
/** What MinHashLSH draws from where it is told no seed: Java's hash of its name. */
const usualSeed = 328_749_633n;
/** Of HashingTF. */
const places = 2 ** 18;

/** From -1 to 1. */
const half = (2 ** 31 - 1) / 2;
const scaled = (hash: number): number => hash / half - 1;

/** Two numbers for each dimension: what a place is multiplied with, and what is added. */
type Learned = { readonly coefficients: readonly number[] };

/**
 * MinHash of the three-character parts of a text, as Data Wrangler makes it of Spark ML's NGram, HashingTF and MinHashLSH (Cerda
 * and Varoquaux, "Encoding high-cardinality string categorical variables"): texts with many parts in common have many equal
 * numbers. Nothing is learned of the rows but that the coefficients stay.
 */
export const similarityEncode = defineColumnTransform({
  operator: "encode_categorical",
  variant: [{ name: "operator", is: "Similarity encode" }],
  group: "Encode categorical",
  title: "Similarity encode",
  summary: "Makes numbers from -1 to 1 of each category; categories whose names are alike have many of them in common.",
  params: {
    target_dimension: integer({ default: 30, min: 1, max: 1_000 }),
    output_style: choice(["Vector", "Columns"], { default: "Vector" }),
  },
  accepts: ["text"],
  fit: {
    asks: () => ({}),
    learn(_, { target_dimension: count }): Learned {
      const draw = javaRandom(usualSeed);
      return { coefficients: Array.from({ length: 2 * count }, (_, index) => draw(prime - 1) + ((index + 1) % 2)) };
    },
    mark: ({ target_dimension }) => ({ target_dimension }),
    read(trained, { target_dimension: count }): Learned | undefined {
      const coefficients = trainedNumbers(trained, "minhash_model", "randCoefficients");
      return coefficients?.length === 2 * count ? { coefficients } : undefined;
    },
  },
  expression(column, { output_style: style }, { coefficients }) {
    const count = coefficients.length / 2;
    const numbers = within(partPlaces(column), "__places", (found) =>
      call(
        "listOf",
        ...Array.from({ length: count }, (_, index) =>
          least(found, coefficients[2 * index]!, coefficients[2 * index + 1]!),
        ),
      ),
    );
    if (style === "Vector") return as(numbers, vector);
    const parts = Array.from(
      { length: count },
      (_, index): Named => ({ name: String(index), value: call("elementAt", numbers, index + 1) }),
    );
    return { parts, stays: true };
  },
  examples: [
    {
      summary: "The numbers of a fitted MinHashLSH of Spark, moved to the range from -1 to 1.",
      inputs: [{ kind: texts("Table (brown)", "", null, "É \t x", "ab") }],
      with: { input_column: "kind", target_dimension: 2, output_column: "v" },
      gives: {
        kind: texts("Table (brown)", "", null, "É \t x", "ab"),
        v: vectors(
          [scaled(998_370), scaled(179_720_438)],
          [scaled(1_167_702_059), scaled(1_201_637_405)],
          [scaled(1_167_702_059), scaled(1_201_637_405)],
          [scaled(274_115_714), scaled(291_860_252)],
          [scaled(803_469_009), scaled(1_411_258_077)],
        ),
      },
    },
    {
      summary: "As columns; the column stays.",
      inputs: [{ a: texts("ab"), b: texts("") }],
      with: { input_column: ["a", "b"], target_dimension: 1, output_style: "Columns" },
      gives: { a: texts("ab"), b: texts(""), a_0: doubles(scaled(803_469_009)), b_0: doubles(scaled(1_167_702_059)) },
    },
    {
      inputs: [{ kind: texts("Table (brown)", "table (brown)") }],
      with: { input_column: "kind", target_dimension: 4 },
      gives: { kind: vectors(...[0, 1].map(() => [998_370, 179_720_438, 44_700_036, 102_066_039].map(scaled))) },
    },
  ],
});

/** The places of a text's parts among 262,144. A text without characters has one part, of blanks. */
function partPlaces(column: Expression): Expression {
  const squeezed = call("replacePattern", call("lower", call("coalesce", column, " ")), "\\s+", " ");
  const text = call("concat", " ", choose([[call("equals", squeezed, ""), " "]], squeezed));
  // Spark 3.0 to 3.3 had an empty text after the last character, and so the last part has a blank at its end.
  const characters = call("listConcat", call("characters", text), call("listOf", ""));
  return within(characters, "__characters", (all) =>
    each(
      call("numbers", 1, call("subtract", call("listLength", all), 2)),
      (at) => termPlace(call("join", call("slice", all, at, call("add", at, 2)), " "), places),
      "__at",
    ),
  );
}

/** The least hash of the places, from -1 to 1. */
function least(found: Expression, factor: number, shift: number): Expression {
  const hashed = each(
    found,
    (place) => call("remainder", call("add", call("multiply", call("add", place, 1), factor), shift), prime),
    "__place",
  );
  return call("subtract", call("divide", call("listMinimum", hashed), half), 1);
}
