import type { ConsumerEntry } from "../../frame/define-consumer.ts";
import type { FollowerEntry } from "../../frame/define-follower.ts";
import type { ServedServices } from "../../frame/define-operations.ts";
import type { ReconcilerEntry } from "../../frame/define-reconciler.ts";
import type { UpkeepEntry } from "../../frame/define-upkeep.ts";
import type { KindEntry } from "../../frame/kinds.ts";
import type { Front } from "../../fronts/front.ts";
import { fronts } from "../../fronts/fronts.gen.ts";
import type { ImageFamily } from "../../images/define-image.ts";
import { images } from "../../images/images.gen.ts";
import { consumers } from "../../services/consumers.gen.ts";
import { followers } from "../../services/followers.gen.ts";
import { kinds } from "../../services/kinds.gen.ts";
import { reconcilers } from "../../services/reconcilers.gen.ts";
import { services } from "../../services/services.gen.ts";
import { upkeep } from "../../services/upkeep.gen.ts";
import type { KeySource } from "../request/key-source.ts";

/**
 * The units of the product. The lists are generated; they are an argument of the server, so that a plug-in can add to
 * them.
 */
export interface Units {
  readonly services: ServedServices;
  readonly kinds: readonly KindEntry[];
  readonly reconcilers: readonly ReconcilerEntry[];
  readonly followers: readonly FollowerEntry[];
  readonly consumers: readonly ConsumerEntry[];
  readonly upkeep: readonly UpkeepEntry[];
  readonly images: readonly (() => Promise<ImageFamily>)[];
  readonly fronts: readonly (() => Promise<Front>)[];
  /** Keys besides those of the administrator and of runs, of any account. */
  readonly keySources: readonly KeySource[];
}

export const builtIn: Units = {
  services,
  kinds,
  reconcilers,
  followers,
  consumers,
  upkeep,
  images,
  fronts,
  keySources: [],
};
