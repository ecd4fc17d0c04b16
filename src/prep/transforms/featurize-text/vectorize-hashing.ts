import { choice, integer } from "../../../base/params.ts";
import { double, long, sparseVector, vector } from "../../column-type.ts";
import { defineColumnTransform } from "../../define-column-transform.ts";
import { texts, vectors } from "../../example-columns.ts";
import { trainedNumbers } from "../../flows/trained-model.ts";
import {
  as,
  call,
  choose,
  column as columnExpression,
  type Expression,
  each,
  literal,
  those,
  within,
} from "../../sql/expression.ts";
import { filter, type Relation } from "../../sql/relation.ts";
import { documentCounts, inverseFrequency } from "./document-counts.ts";
import { termPlace } from "./term-place.ts";
import { tokenizerParams, tokensOf } from "./tokens.ts";

const size = "vectorizer_hashing_parameters.number_of_features";
const inverse = "apply_idf_yes_parameters.minimum_document_frequency";
/** Longer vectors are sparse: written out, most of each would be zeros. */
const longestDense = 4_096;

/** Weights of the places that have one of their own, and that of all others. Null where counts stay as they are. */
type Learned = {
  readonly places: readonly number[];
  readonly weights: readonly number[];
  readonly other: number;
} | null;

/** As Spark ML's HashingTF (from version 3 on) and IDF. */
export const vectorizeHashing = defineColumnTransform({
  operator: "featurize_text",
  variant: [
    { name: "operator", is: "Vectorize" },
    { name: "vectorizer", is: "Hashing", beside: true },
  ],
  group: "Featurize text",
  title: "Vectorize by hashing",
  summary:
    "Counts the words of a text in a vector at the place that each word's hash says; of more than 4,096 places, as a sparse one (size, indices, values).",
  params: {
    ...tokenizerParams,
    [size]: integer({ default: 262_144, min: 1, max: 2 ** 30 }),
    apply_idf: choice(["Yes", "No"], { default: "No" }),
    [inverse]: integer({ default: 5, min: 0 }),
    output_format: choice(["Vector"], { default: "Vector" }),
  },
  accepts: ["text"],
  fit: {
    asks(column, input, values): Readonly<Record<string, Relation>> {
      if (values.apply_idf === "No") return {};
      const { terms, documents } = documentCounts(input, column, (text) =>
        placesOf(tokensOf(text, values), values[size]),
      );
      const count = columnExpression(terms.columns[2]!);
      return { terms: filter(terms, call("greaterOrEqual", count, literal(values[inverse], long))), documents };
    },
    learn({ terms = [], documents }, values): Learned {
      if (values.apply_idf === "No") return null;
      const all = Number(documents?.[0]?.documents ?? 0);
      const weigh = (count: number) => inverseFrequency(count, all, values[inverse]);
      const ordered = terms
        .map(({ term, documents: count }) => ({ place: Number(term), weight: weigh(Number(count)) }))
        .sort((one, other) => one.place - other.place);
      return {
        places: ordered.map(({ place }) => place),
        weights: ordered.map(({ weight }) => weight),
        other: weigh(0),
      };
    },
    read(trained, values): Learned | undefined {
      if (values.apply_idf === "No") return null;
      const weights = trainedNumbers(trained, "idf_model", "idf");
      if (weights?.length !== values[size]) return undefined;
      const places = weights.flatMap((weight, place) => (weight === 0 ? [] : [place]));
      return { places, weights: places.map((place) => weights[place]!), other: 0 };
    },
  },
  expression(column, values, learned) {
    const count = values[size];
    const all = placesOf(tokensOf(column, values), count);
    const whole = within(all, "__all", (found) =>
      within(call("listSort", call("listDistinct", found)), "__places", (places) => {
        const numbers = each(places, (place) => weighed(usesOf(found, place), place, learned), "__place");
        if (count > longestDense) return call("sparseVectorOf", literal(count, long), places, numbers);
        return within(numbers, "__numbers", (some) =>
          each(
            call("numbers", 0, count - 1),
            (at) => call("coalesce", call("elementAt", some, call("placeIn", places, at)), literal(0, double)),
            "__at",
          ),
        );
      }),
    );
    const made = count > longestDense ? whole : as(whole, vector);
    return choose([[call("isNotNull", column), made]]);
  },
  examples: [
    {
      inputs: [{ t: texts("a B", "a c a", "", null, "é 日本語") }],
      with: { input_column: "t", output_column: "v", vectorizer_hashing_parameters: { number_of_features: 8 } },
      gives: {
        t: texts("a B", "a c a", "", null, "é 日本語"),
        v: vectors(
          [0, 0, 0, 1, 0, 1, 0, 0],
          [1, 0, 0, 2, 0, 0, 0, 0],
          [0, 0, 0, 0, 1, 0, 0, 0],
          null,
          [1, 0, 0, 0, 0, 0, 0, 1],
        ),
      },
    },
    {
      summary: "Words of many texts weigh less, and those of fewer texts than a number nothing.",
      inputs: [{ t: texts("a b", "a c", "a b b") }],
      with: {
        input_column: "t",
        vectorizer_hashing_parameters: { number_of_features: 8 },
        apply_idf: "Yes",
        apply_idf_yes_parameters: { minimum_document_frequency: 2 },
      },
      gives: {
        t: vectors(
          [0, 0, 0, 0, 0, Math.log(4 / 3), 0, 0],
          [0, 0, 0, 0, 0, 0, 0, 0],
          [0, 0, 0, 0, 0, 2 * Math.log(4 / 3), 0, 0],
        ),
      },
    },
    {
      summary: "A long vector is sparse.",
      inputs: [{ t: texts("hello abcd hello", null) }],
      with: {
        input_column: "t",
        tokenizer: "Custom",
        tokenizer_custom_parameters: { minimum_token_length: 2 },
      },
      gives: {
        t: { type: sparseVector, values: [{ size: 262_144, indices: [58_828, 250_593], values: [1, 2] }, null] },
      },
    },
  ],
});

const placesOf = (tokens: Expression, count: number): Expression =>
  each(tokens, (token) => termPlace(token, count), "__token");

const usesOf = (all: Expression, place: Expression): Expression =>
  as(
    call(
      "listLength",
      those(all, (one) => call("equals", one, place), "__one"),
    ),
    double,
  );

function weighed(uses: Expression, place: Expression, learned: Learned): Expression {
  if (learned === null) return uses;
  const { other, places, weights } = learned;
  if (places.length === 0) return call("multiply", uses, literal(other, double));
  const listed = (numbers: readonly number[], type = double) =>
    call("listOf", ...numbers.map((one) => literal(one, type)));
  const own = call("elementAt", listed(weights), call("placeIn", listed(places, long), place));
  return call("multiply", uses, call("coalesce", own, literal(other, double)));
}
