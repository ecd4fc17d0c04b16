import { boolean, choice, integer, number } from "../../../base/params.ts";
import { columnParam } from "../../column-param.ts";
import { double, text as textType, vector } from "../../column-type.ts";
import { defineTransform, type Json } from "../../define-transform.ts";
import { doubles, texts, vectors } from "../../example-columns.ts";
import { trainedNumbers, trainedTexts } from "../../flows/trained-model.ts";
import {
  as,
  call,
  choose,
  column as columnExpression,
  type Expression,
  each,
  literal,
  those,
} from "../../sql/expression.ts";
import { filter, limit, type Relation, sort, withColumns, without } from "../../sql/relation.ts";
import { columnOf, needType, StepFault } from "../../step-fault.ts";
import { optionalFilledText } from "../../text-param.ts";
import { documentCounts, inverseFrequency } from "./document-counts.ts";
import { tokenizerParams, tokensOf } from "./tokens.ts";

const counter = "vectorizer_count_vectorizer_parameters";
const inverse = "apply_idf_yes_parameters.minimum_document_frequency";
const maxColumns = 1_000;

const params = {
  input_column: columnParam("text"),
  output_column: optionalFilledText,
  ...tokenizerParams,
  [`${counter}.minimum_term_frequency` as const]: number({ default: 1, min: 0 }),
  [`${counter}.minimum_document_frequency` as const]: number({ default: 1, min: 0 }),
  [`${counter}.maximum_document_frequency` as const]: number({ default: 0.999, min: 0 }),
  [`${counter}.maximum_vocabulary_size` as const]: integer({ default: 262_144, min: 1 }),
  [`${counter}.binarize_count` as const]: boolean({ default: false }),
  apply_idf: choice(["Yes", "No"], { default: "No" }),
  [inverse]: integer({ default: 5, min: 0 }),
  output_format: choice(["Vector", "Flattened", "Columns"], { default: "Vector" }),
};

interface Vocabulary {
  readonly [name: string]: Json;
  /** The most frequent word first; of equal ones, the first by its text. */
  readonly terms: readonly string[];
  /** Of each word, what its count is multiplied with. Null where it stays. */
  readonly weights: readonly number[] | null;
}

/** At most so many words more than the vocabulary's size are looked at, for those that are too frequent. */
const tooFrequent = 10_000;

export const vectorize = defineTransform<typeof params, Vocabulary>({
  operator: "featurize_text",
  variant: [
    { name: "operator", is: "Vectorize" },
    { name: "vectorizer", is: "Count Vectorizer", usual: true, beside: true },
  ],
  group: "Featurize text",
  title: "Vectorize by counting",
  summary:
    "Counts the words of a text in a vector, or in columns, and weighs rare words higher where that is asked for.",
  params,
  fit: {
    asks(input, values) {
      const found = columnOf(input, values.input_column);
      needType(found, ["text"]);
      const { terms, documents: texts } = documentCounts(input, columnExpression(found), (text) =>
        tokensOf(text, values),
      );
      const [name, total, documents] = terms.columns.map((each) => columnExpression(each));
      const least = values[`${counter}.minimum_document_frequency`];
      const kept = least >= 1 ? filter(terms, call("greaterOrEqual", documents!, literal(least, double))) : terms;
      const ordered = sort(kept, [{ by: total!, descending: true }, { by: name! }]);
      return {
        terms: limit(ordered, values[`${counter}.maximum_vocabulary_size`] + tooFrequent),
        documents: texts,
      };
    },
    read(trained, values) {
      const terms = trainedTexts(trained, "vectorizer_model", "vocabulary");
      const weights = values.apply_idf === "Yes" ? trainedNumbers(trained, "idf_model", "idf") : null;
      return terms === undefined || weights === undefined ? undefined : { terms, weights };
    },
    learn({ terms = [], documents }, values) {
      const all = Number(documents?.[0]?.documents ?? 0);
      const bound = (given: number) => (given >= 1 ? given : given * all);
      const least = bound(values[`${counter}.minimum_document_frequency`]);
      const most = bound(values[`${counter}.maximum_document_frequency`]);
      const kept = terms
        .filter((one) => Number(one.documents) >= least && Number(one.documents) <= most)
        .slice(0, values[`${counter}.maximum_vocabulary_size`]);
      if (kept.length === 0)
        throw new StepFault(
          `No word of the column ${JSON.stringify(values.input_column)} is in the vocabulary: ${terms.length} words, and each must be in ${least} to ${Number(most.toPrecision(6))} of ${all} rows. Change the document frequencies.`,
        );
      return {
        terms: kept.map(({ term }) => String(term)),
        weights:
          values.apply_idf === "Yes"
            ? kept.map((one) => inverseFrequency(Number(one.documents), all, values[inverse]))
            : null,
      };
    },
  },
  relation({ input, values, learned }) {
    const found = columnOf(input, values.input_column);
    needType(found, ["text"]);
    const value = columnExpression(found);
    const tokens = withColumns(input, [{ name: "__tokens", value: tokensOf(value, values) }]);
    const words = columnExpression(tokens.columns.find(({ name }) => name === "__tokens")!);
    const count = (term: Expression): Expression => {
      const uses = as(
        call(
          "listLength",
          those(words, (word) => call("equals", word, term), "__word"),
        ),
        double,
      );
      const least = values[`${counter}.minimum_term_frequency`];
      const needed =
        least >= 1
          ? literal(least, double)
          : call("multiply", as(call("listLength", words), double), literal(least, double));
      const shown = values[`${counter}.binarize_count`] ? literal(1, double) : uses;
      return choose(
        [[call("and", call("greater", uses, 0), call("greaterOrEqual", uses, needed)), shown]],
        literal(0, double),
      );
    };
    const name = values.output_column ?? found.name;
    return values.output_format === "Vector"
      ? withVector(tokens, name, words, count, learned)
      : withTerms(tokens, name, count, learned, values.output_column === undefined ? found.name : undefined);
  },
  examples: [
    {
      summary: "The most frequent word first; words of nearly all rows are left out.",
      inputs: [{ t: texts("Good dog", "good CAT good", "the dog", null) }],
      with: { input_column: "t", output_column: "v" },
      gives: {
        t: texts("Good dog", "good CAT good", "the dog", null),
        v: vectors([1, 1, 0, 0], [2, 0, 1, 0], [0, 1, 0, 1], null),
      },
    },
    {
      summary: "Columns, in place.",
      inputs: [{ t: texts("a b", "a a c", "") }],
      with: {
        input_column: "t",
        tokenizer: "Custom",
        tokenizer_custom_parameters: { minimum_token_length: 1, pattern: "\\s+" },
        output_format: "Flattened",
        vectorizer_count_vectorizer_parameters: { binarize_count: true, maximum_vocabulary_size: 2 },
      },
      gives: { t_a: doubles(1, 1, 0), t_b: doubles(1, 0, 0) },
    },
    {
      summary: "Rare words weigh more.",
      inputs: [{ t: texts("a b", "a c", "a b b") }],
      with: {
        input_column: "t",
        apply_idf: "Yes",
        apply_idf_yes_parameters: { minimum_document_frequency: 2 },
        vectorizer_count_vectorizer_parameters: { maximum_document_frequency: 3 },
      },
      gives: { t: vectors([0, Math.log(4 / 3), 0], [0, 0, 0], [0, 2 * Math.log(4 / 3), 0]) },
    },
  ],
});

function withVector(
  tokens: Relation,
  name: string,
  words: Expression,
  count: (term: Expression) => Expression,
  learned: Vocabulary,
) {
  const terms = call("listOf", ...learned.terms.map((term) => literal(term, textType)));
  const weights = learned.weights && call("listOf", ...learned.weights.map((weight) => literal(weight, double)));
  const places = call("numbers", 1, learned.terms.length);
  const counts = each(
    places,
    (place) => {
      const uses = count(call("elementAt", terms, place));
      return weights ? call("multiply", uses, call("elementAt", weights, place)) : uses;
    },
    "__place",
  );
  const whole = choose([[call("isNotNull", words), as(counts, vector)]]);
  return without(withColumns(tokens, [{ name, value: whole }]), ["__tokens"]);
}

function withTerms(
  tokens: Relation,
  name: string,
  count: (term: Expression) => Expression,
  learned: Vocabulary,
  source: string | undefined,
) {
  const { terms, weights } = learned;
  if (terms.length > maxColumns)
    throw new StepFault(
      `The vocabulary has ${terms.length} words, and at most ${maxColumns} become columns. Make it smaller with maximum_vocabulary_size, or choose the output format Vector.`,
    );
  const made = terms.map((term, index) => {
    const uses = count(literal(term, textType));
    return {
      name: `${name}_${term}`,
      value: weights ? call("multiply", uses, literal(weights[index]!, double)) : uses,
    };
  });
  return without(withColumns(tokens, made), ["__tokens", ...(source === undefined ? [] : [source])]);
}
