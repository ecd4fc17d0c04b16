import type { Place } from "../../../frame/kind-naming.ts";
import type { Permission } from "../../../frame/permissions.ts";
import { scalableTargetKind, type TargetNames, targetKey } from "./scaling-kinds.ts";

/** Needs an action on the scalable target that the input names. */
export const onTarget =
  (operation: string) =>
  (input: { readonly [K in keyof TargetNames]?: TargetNames[K] | undefined }, place: Place): Permission[] => [
    {
      action: `application-autoscaling:${operation}`,
      resource: scalableTargetKind.arn(targetKey(place, input as TargetNames)),
    },
  ];
