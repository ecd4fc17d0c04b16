import type { Point } from "./series.ts";

/** Returns at most so many points: of each stretch the lowest and the highest, so that no peak is lost. */
export function thinned(points: readonly Point[], most: number): readonly Point[] {
  if (points.length <= most) return points;
  const kept: Point[] = [];
  const stretch = Math.ceil((2 * points.length) / most);
  for (let start = 0; start < points.length; start += stretch) {
    const part = points.slice(start, start + stretch);
    const low = part.reduce((one, other) => (other.y < one.y ? other : one));
    const high = part.reduce((one, other) => (other.y > one.y ? other : one));
    kept.push(...(low === high ? [low] : [low, high].sort((one, other) => one.x - other.x)));
  }
  return kept;
}
