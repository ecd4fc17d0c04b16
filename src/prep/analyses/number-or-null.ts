/** JSON has no number for what there is not. */
export const numberOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);
