import type { Context } from "../../frame/context.ts";
import type { UnpackLimits } from "../../images/unpack-plan.ts";

/** What an archive that a run unpacks may unpack to. */
export const unpackLimits = ({ settings }: Pick<Context, "settings">): UnpackLimits => ({
  bytes: settings.unpackedGib * 1024 ** 3,
  files: settings.unpackedFiles,
});
