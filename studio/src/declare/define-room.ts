import type { ComponentType } from "react";

/** A page that is no resource's: the home, the browser of S3, the log viewer. */
export interface Room {
  readonly title: string;
  /** The part of the navigation in which it stands; absent for the home, which is above all of them. */
  readonly area: string;
  readonly Page: ComponentType;
}

export const defineRoom = (room: Room): Room => room;
