import { boolean, choice, integer, text } from "../../../base/params.ts";
import { listOf, text as textType } from "../../column-type.ts";
import { as, call, choose, type Expression, those } from "../../sql/expression.ts";
import { readPattern } from "../../sql/pattern.ts";

export const tokenizerParams = {
  tokenizer: choice(["Standard", "Custom"], { default: "Standard" }),
  "tokenizer_custom_parameters.minimum_token_length": integer({ default: 1, min: 0 }),
  "tokenizer_custom_parameters.gaps": boolean({ default: true }),
  "tokenizer_custom_parameters.pattern": text({ default: "\\s+" }),
  "tokenizer_custom_parameters.lowercase_before_tokenization": boolean({ default: true }),
};

interface Tokenizer {
  readonly tokenizer: "Standard" | "Custom";
  readonly "tokenizer_custom_parameters.minimum_token_length": number;
  readonly "tokenizer_custom_parameters.gaps": boolean;
  readonly "tokenizer_custom_parameters.pattern": string;
  readonly "tokenizer_custom_parameters.lowercase_before_tokenization": boolean;
}

/**
 * The words of a text, as Spark's Tokenizer (standard: between two blanks is an empty word, after the last none) and
 * RegexTokenizer (custom) have them.
 */
export function tokensOf(value: Expression, tokenizer: Tokenizer): Expression {
  if (tokenizer.tokenizer === "Standard") {
    const ended = call("replacePattern", call("lower", value), "\\s+$", "");
    const isBlank = call("matches", value, "^\\s+$");
    const none = as(call("slice", call("split", value, ""), 1, 0), listOf(textType));
    return choose([[isBlank, none]], call("splitPattern", ended, "\\s"));
  }
  const isLowered = tokenizer["tokenizer_custom_parameters.lowercase_before_tokenization"];
  const given = isLowered ? call("lower", value) : value;
  const pattern = readPattern(tokenizer["tokenizer_custom_parameters.pattern"]).text;
  const found = tokenizer["tokenizer_custom_parameters.gaps"]
    ? call("splitPattern", given, pattern)
    : call("extractAll", given, pattern, 0);
  const shortest = tokenizer["tokenizer_custom_parameters.minimum_token_length"];
  return those(found, (token) => call("greaterOrEqual", call("length", token), shortest));
}
