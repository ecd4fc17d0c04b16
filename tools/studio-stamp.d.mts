export function isStudioBuilt(root: string): boolean;
export function markStudioBuilt(root: string): void;
