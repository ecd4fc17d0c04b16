/**
 * Patterns of the models that JavaScript would not understand, or understand differently: as in the model -> as meant.
 * Messages show the model's.
 */
export const patternCorrections: ReadonlyMap<string, string> = new Map([
  // Java's classes and anchors.
  [
    String.raw`arn:[\p{Alnum}\-]+:lambda:[\p{Alnum}\-]+:[0-9]{12}:function:.*`,
    String.raw`arn:[A-Za-z0-9\-]+:lambda:[A-Za-z0-9\-]+:[0-9]{12}:function:.*`,
  ],
  [String.raw`\A\S[\p{Print}]*\z`, String.raw`\S[\x20-\x7E]*`],
]);
