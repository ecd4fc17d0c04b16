import { JsonError, parseJson } from "../../data/json.ts";
import { MemberError, objectOf } from "../../data/members.ts";
import { PickledObject, PickleError, pickledBytes, readPickle } from "../../data/pickle.ts";
import { readUbjson, UbjsonError } from "../../data/ubjson.ts";
import { ModelError } from "../../define-algorithm.ts";
import type { Model } from "./forest.ts";
import { BinaryModelError, readBinaryModel } from "./model-binary.ts";
import { modelOfDocument } from "./model-document.ts";

/** Reads a model that XGBoost, AWS's container or this product wrote: JSON, UBJSON, the old binary format, or a pickle. */
export function readModel(bytes: Uint8Array): Model {
  try {
    return modelOfDocument(documentOf(bytes));
  } catch (error) {
    if (error instanceof ModelError) throw error;
    const format = formatOf(bytes);
    const what = format
      ? `The model file is damaged or no XGBoost model: read as ${format}`
      : "The model file is damaged";
    const known = readErrors.some((one) => error instanceof one);
    // What the language says of its own is for the log alone.
    throw new ModelError(known ? `${what}: ${(error as Error).message}` : `${what}.`, { cause: error });
  }
}

const readErrors = [MemberError, PickleError, UbjsonError, BinaryModelError, JsonError];

type Format = "JSON" | "UBJSON" | "a pickle" | "XGBoost's old binary format" | "a snapshot of XGBoost";

function formatOf(bytes: Uint8Array): Format | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, snapshotStart.length));
  if (start === snapshotStart) return "a snapshot of XGBoost";
  if (isPickle(bytes)) return "a pickle";
  if (/^\{[LliIU$#N}]/.test(start)) return "UBJSON";
  if (/^\s*\{/.test(start)) return "JSON";
  if (start.startsWith("binf") || bytes.length > 136) return "XGBoost's old binary format";
  return undefined;
}

/** A pickle begins with its protocol, one of Python 2 with the name of what makes its object. */
const isPickle = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x80 || /^c[\w.]+\n[\w.]+\n/.test(String.fromCharCode(...bytes.subarray(0, 100)));

/** Before the model of a booster in memory, as XGBoost 1.0 to 1.2 write it: then comes where its settings begin. */
const snapshotStart = "CONFIG-offset:";

function documentOf(bytes: Uint8Array): unknown {
  switch (formatOf(bytes)) {
    case "JSON":
      return inSnapshot(parseJson(bytes));
    case "UBJSON":
      return inSnapshot(readUbjson(bytes));
    case "a pickle":
      return documentOf(boosterBytes(bytes));
    case "a snapshot of XGBoost":
      return documentOf(modelOfSnapshot(bytes));
    case "XGBoost's old binary format":
      return readBinaryModel(bytes);
    default:
      throw new ModelError(
        `The model file is ${bytes.length === 0 ? "empty" : "in a format that is not known"}; XGBoost's JSON, UBJSON, old binary format and pickles of a Booster are read.`,
      );
  }
}

/** A booster in memory is written with its settings beside its model. */
function inSnapshot(document: unknown): unknown {
  const { Model: model = document } = objectOf(document, "document");
  if (objectOf(model, "Model").learner === undefined)
    throw new ModelError("The model file has no member learner: it is no model of XGBoost.");
  return model;
}

function modelOfSnapshot(bytes: Uint8Array): Uint8Array {
  const from = snapshotStart.length;
  if (bytes.length < from + 8) throw new BinaryModelError("it ends early");
  const size = Number(new DataView(bytes.buffer, bytes.byteOffset + from, 8).getBigInt64(0, true));
  const model = bytes.subarray(from + 8);
  if (size < 0 || size > model.length) throw new BinaryModelError(`it has a model of ${size} bytes`);
  // A snapshot in a snapshot could be nested without end.
  if (formatOf(model) === "a snapshot of XGBoost" || formatOf(model) === "a pickle")
    throw new BinaryModelError("it has no model");
  return model.subarray(0, size);
}

/** The classes of XGBoost for Python that hold a booster. */
const boosterClasses = /^xgboost\.(core\.Booster|sklearn\.XGB\w+)$/;

/** Returns what a pickled Booster holds: what its class or anything else in the pickle would run is not. */
function boosterBytes(bytes: Uint8Array): Uint8Array {
  let value = readPickle(bytes);
  for (let depth = 0; depth < 3; depth++) {
    if (!(value instanceof PickledObject) || !(value.state instanceof Map)) break;
    const handle = pickledBytes(value.state.get("handle"));
    // A pickle in a pickle could be nested without end.
    if (handle && !isPickle(handle)) return handle;
    const inner = value.state.get("_Booster");
    if (inner === undefined) break;
    value = inner;
  }
  throw new ModelError(`The model file is a Python pickle without a Booster of XGBoost${namedClass(value)}.`);
}

function namedClass(value: unknown): string {
  const name = value instanceof PickledObject ? classOf(value) : undefined;
  return name === undefined || boosterClasses.test(name) ? "" : `; it holds a ${name}`;
}

function classOf({ of, args }: PickledObject): string | undefined {
  if (typeof of === "object" && of !== null && "name" in of) {
    // copyreg.__newobj__ and its like name the class as the first argument.
    const [first] = Array.isArray(args) ? args : [];
    const inner = of.name.startsWith("copy") && typeof first === "object" && first !== null && "name" in first;
    return inner ? (first as { name: string }).name : of.name;
  }
  return undefined;
}
