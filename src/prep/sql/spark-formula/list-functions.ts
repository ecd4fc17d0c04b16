import { StepFault } from "../../step-fault.ts";
import { call, choose, type Expression, each, those } from "../expression.ts";
import { comparable, toLong, toText } from "./coerce.ts";
import { type FormulaFunction, taking } from "./formula-function.ts";

const needList = (one: Expression | undefined): Expression => {
  if (one && (one.type.kind === "list" || one.type.kind === "vector")) return one;
  throw new StepFault("The formula has a value that is no list where it needs one.");
};

/** A value of the type of a list's elements. */
const like = (list: Expression, value: Expression): Expression =>
  list.type.kind === "list" && list.type.element.kind === "text" ? toText(value) : value;

/** The parts of a text, by a text between them. */
const partsOf = (text: Expression, by: Expression): Expression => call("split", toText(text), toText(by));

/** Functions of lists, and of texts as lists of parts. */
export const listFunctions: Readonly<Record<string, FormulaFunction>> = {
  array_max: taking(1, 1, ([list]) => call("listMaximum", needList(list))),
  array_min: taking(1, 1, ([list]) => call("listMinimum", needList(list))),
  array_position: taking(2, 2, ([list, value]) =>
    choose([[call("isNotNull", list!), call("coalesce", call("placeIn", needList(list), like(list!, value!)), 0)]]),
  ),
  array_append: taking(2, 2, ([list, value]) =>
    call("listConcat", needList(list), call("listOf", like(list!, value!))),
  ),
  array_prepend: taking(2, 2, ([list, value]) =>
    call("listConcat", call("listOf", like(needList(list), value!)), list!),
  ),
  array_remove: taking(2, 2, ([list, value]) =>
    those(
      needList(list),
      (one) => call("or", call("isNull", one), call("differs", ...comparable(one, value!))),
      "__kept",
    ),
  ),
  array_compact: taking(1, 1, ([list]) => those(needList(list), (one) => call("isNotNull", one), "__kept")),
  array_repeat: taking(2, 2, ([value, count]) => each(call("numbers", 1, toLong(count!)), () => value!, "__time")),
  /** The first is 0; null outside. */
  get: taking(2, 2, ([list, place]) =>
    choose([
      [call("greaterOrEqual", toLong(place!), 0), call("elementAt", needList(list), call("add", toLong(place!), 1))],
    ]),
  ),
  try_element_at: taking(2, 2, ([list, place]) => call("elementAt", needList(list), toLong(place!))),
  split_part: taking(3, 3, ([text, by, place]) =>
    choose([[call("isNotNull", text!), call("coalesce", call("elementAt", partsOf(text!, by!), toLong(place!)), "")]]),
  ),
  substring_index: taking(3, 3, ([text, by, count]) => {
    const [parts, wanted] = [partsOf(text!, by!), toLong(count!)];
    const size = call("listLength", parts);
    const from = call("greatest", 1, call("add", call("add", size, wanted), 1));
    const first = call("slice", parts, 1, call("least", wanted, size));
    return choose(
      [
        [call("greater", wanted, 0), call("join", first, toText(by!))],
        [call("less", wanted, 0), call("join", call("slice", parts, from, size), toText(by!))],
      ],
      "",
    );
  }),
  find_in_set: taking(2, 2, ([text, set]) =>
    choose([
      [
        call("and", call("isNotNull", text!), call("isNotNull", set!)),
        call("coalesce", call("placeIn", call("split", toText(set!), ","), toText(text!)), 0),
      ],
    ]),
  ),
};
