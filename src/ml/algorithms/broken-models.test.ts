import { describe, expect, it } from "vitest";
import { ModelError } from "../define-algorithm.ts";
import { linearLearner } from "./linear-learner/linear-learner.ts";
import { encode, file, membersOf, zip } from "./linear-learner/linear-model.fixture.ts";
import goldens from "./xgboost/goldens/goldens.json" with { type: "json" };
import { xgboost } from "./xgboost/xgboost.ts";

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const joined = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));
const sized = (size: number, bytes: 4 | 8): Uint8Array => {
  const view = new DataView(new ArrayBuffer(bytes));
  if (bytes === 8) view.setBigUint64(0, BigInt(size), true);
  else view.setUint32(0, size, true);
  return new Uint8Array(view.buffer);
};

/** Two trees are enough to break in all places. */
const document = JSON.parse(goldens.models[0]!.model);
const booster = document.learner.gradient_booster;
booster.model.trees = booster.model.trees.slice(0, 2);
booster.model.tree_info = booster.model.tree_info.slice(0, 2);
const json = encode(JSON.stringify(document));

/** Universal Binary JSON, its numbers as doubles. */
function ubjson(value: unknown): Uint8Array {
  const text = (of: string) => joined(latin1("L"), sized(of.length, 8).reverse(), latin1(of));
  if (typeof value === "string") return joined(latin1("S"), text(value));
  if (typeof value === "number") {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, value);
    return joined(latin1("D"), new Uint8Array(view.buffer));
  }
  if (Array.isArray(value)) return joined(latin1("["), ...value.map(ubjson), latin1("]"));
  const members = Object.entries(value as object).flatMap(([name, one]) => [text(name), ubjson(one)]);
  return joined(latin1("{"), ...members, latin1("}"));
}

/** What Python's pickle writes of a Booster: its class, made without arguments, and its handle as the state. */
const pickled = (handle: Uint8Array): Uint8Array =>
  joined(
    latin1("\x80\x03cxgboost.core\nBooster\n)\x81}X\x06\0\0\0handlec__builtin__\nbytearray\nB"),
    ...[sized(handle.length, 4), handle, latin1("\x85Rsb.")],
  );

/** The same as Python 2 writes it, a line for each value. */
const pickledByPython2 = (handle: Uint8Array): Uint8Array =>
  latin1(
    [
      ...["ccopy_reg\n_reconstructor\np0\n(cxgboost.core\nBooster\np1\nc__builtin__\nobject\np2\nNtp3\nRp4\n"],
      ...["(dp5\nS'best_iteration'\np6\nI5\nsS'handle'\np7\nc__builtin__\nbytearray\np8\n(V"],
      Buffer.from(handle).toString("latin1").replaceAll("\\", "\\u005c").replaceAll("\n", "\\u000a"),
      "\np9\nS'latin-1'\np10\ntp11\nRp12\nsb.",
    ].join(""),
  );

/** XGBoost's old binary format, of one tree of one leaf. */
const old = joined(
  ...[latin1("binf"), Uint8Array.from({ length: 136 }, (_, at) => (at === 4 ? 2 : 0))],
  ...["reg:linear", "gbtree"].map((text) => joined(sized(text.length, 8), latin1(text))),
  ...[sized(1, 4), new Uint8Array(156)],
  ...[new Uint8Array(4), sized(1, 4), new Uint8Array(140)],
  ...[new Uint8Array(4), sized(0xffffffff, 4), sized(0xffffffff, 4), new Uint8Array(8)],
  ...[new Uint8Array(16), sized(0, 4)],
);

const binaryClassifier = {
  ...{ type: "binary_classifier", op: "LogisticRegressionOutput", threshold: 0.6 },
  ...{ weights: { shape: [2, 1], values: [1, -1] }, bias: [0.5] },
};

const files = {
  JSON: [xgboost, json],
  UBJSON: [xgboost, ubjson(document)],
  "a pickled Booster": [xgboost, pickled(json)],
  "a Booster pickled by Python 2": [xgboost, pickledByPython2(old)],
  "a snapshot": [xgboost, joined(latin1("CONFIG-offset:"), sized(json.length, 8), json, latin1("{}"))],
  "the old binary format": [xgboost, old],
  "linear-learner's": [linearLearner, file(binaryClassifier)],
} as const;

const words =
  /Cannot |undefined|null|is not (a function|iterable|defined|a constructor|an object)|NaN|RangeError|TypeError|Invalid|Maximum call|object Object|bounds/;

/** Loads what may be broken: it is a model, or it is said in the product's words why not. */
function load(algorithm: { load(bytes: Uint8Array): unknown }, bytes: Uint8Array, what: string): void {
  try {
    algorithm.load(bytes);
  } catch (error) {
    expect(error, what).toBeInstanceOf(ModelError);
    const { message, cause } = error as ModelError;
    // JSON's own errors name the letter and its place; the snippet of the file in them may hold anything.
    if (!message.includes("it is no JSON: ")) expect(message, what).not.toMatch(words);
    if (cause !== undefined)
      for (const own of [TypeError, RangeError, SyntaxError])
        expect(cause, `${what}: ${message}`).not.toBeInstanceOf(own);
  }
}

/** The same numbers each time. */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe.each(Object.entries(files))("a model file in %s", (_, [algorithm, bytes]) => {
  it("is a model as it is", () => expect(() => algorithm.load(bytes)).not.toThrow());

  it("that ends early", () => {
    for (let length = 0; length < bytes.length; length += length < 400 ? 1 : 61)
      load(algorithm, bytes.subarray(0, length), `${length} bytes`);
  });

  it("with bytes that are others", () => {
    const random = numbersFrom(7);
    for (let turn = 0; turn < 1500; turn++) {
      const copy = Uint8Array.from(bytes);
      // Most of what decides stands at the beginning.
      const within = turn % 2 === 0 ? Math.min(300, bytes.length) : bytes.length;
      for (let change = random(4); change >= 0; change--) copy[random(within)] = random(256);
      load(algorithm, copy, `turn ${turn}`);
    }
  });
});

type Place = readonly (string | number)[];
const wrong = [undefined, null, {}, [], [[]], [null], "x", "", -1, 1e300, true, { a: 1 }, ["x"]] as const;

/** Every place in a document, of lists the first one and the second. */
function* placesIn(value: unknown, at: Place = []): Generator<Place> {
  yield at;
  if (typeof value !== "object" || value === null) return;
  const entries = Array.isArray(value) ? [...value.entries()].slice(0, 2) : Object.entries(value);
  for (const [name, one] of entries) yield* placesIn(one, [...at, name]);
}

function changed(document: unknown, place: Place, value: unknown): unknown {
  if (place.length === 0) return value;
  const copy = structuredClone(document);
  // biome-ignore lint/suspicious/noExplicitAny: any document
  const holder = place.slice(0, -1).reduce((of: any, name) => of[name], copy);
  if (value === undefined && !Array.isArray(holder)) delete holder[place.at(-1)!];
  else holder[place.at(-1)!] = value;
  return copy;
}

describe("a document with something else in one place", () => {
  it.each(["JSON", "UBJSON"])("of XGBoost, %s", (format) => {
    for (const place of placesIn(document))
      for (const value of wrong) {
        const broken = changed(document, place, value) ?? null;
        const isWritable = format === "JSON" || !JSON.stringify(broken).match(/null|true/);
        if (!isWritable) continue;
        load(
          xgboost,
          format === "JSON" ? encode(JSON.stringify(broken)) : ubjson(broken),
          `${place.join(".")}: ${JSON.stringify(value)}`,
        );
      }
  });

  it.each(["mx-mod-symbol.json", "additional-params.json"])("of linear-learner, %s", (name) => {
    const members = membersOf(binaryClassifier);
    const own = JSON.parse(new TextDecoder().decode(members[name]));
    for (const place of placesIn(own))
      for (const value of wrong) {
        const broken = encode(JSON.stringify(changed(own, place, value) ?? null));
        load(linearLearner, zip({ ...members, [name]: broken }), `${place.join(".")}: ${JSON.stringify(value)}`);
      }
  });
});
