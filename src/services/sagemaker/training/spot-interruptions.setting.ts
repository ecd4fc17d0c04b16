import { defineSetting } from "../../../base/define-setting.ts";
import { integer } from "../../../base/params.ts";

export const spotInterruptions = defineSetting({
  words:
    "After how many seconds of training, in the mean, a managed spot job is interrupted, to try whether it resumes: the first attempt after half to one and a half times as many, each further one after twice as long. 0: none is, because nobody else wants the machine.",
  ...integer({ min: 0, max: 86_400, default: 0 }),
});
