/** What `\s` matches in Java, where AWS checks; in JavaScript it matches every space of Unicode. */
const space = String.raw` \t\n\x0B\f\r`;

/**
 * Corrects the models' patterns that JavaScript refuses, reads otherwise than AWS's Java, or matches in more time than
 * a request may cost: from the pattern in the model to the pattern meant. Messages show the model's.
 */
export const patternCorrections: ReadonlyMap<string, string> = new Map([
  // Classes and anchors that only Java has.
  [
    String.raw`arn:[\p{Alnum}\-]+:lambda:[\p{Alnum}\-]+:[0-9]{12}:function:.*`,
    String.raw`arn:[A-Za-z0-9\-]+:lambda:[A-Za-z0-9\-]+:[0-9]{12}:function:.*`,
  ],
  [String.raw`\A\S[\p{Print}]*\z`, String.raw`[^${space}][\x20-\x7E]*`],
  [String.raw`\p{Print}+`, String.raw`[\x20-\x7E]+`],

  // Escapes, ranges and repeated anchors that JavaScript refuses.
  [String.raw`[a-zA-Z0-9\ \_\.]+`, "[a-zA-Z0-9 _.]+"],
  [String.raw`[a-zA-Z0-9\.\_]+`, "[a-zA-Z0-9._]+"],
  [String.raw`[a-zA-Z0-9\_\-]+`, String.raw`[a-zA-Z0-9_\-]+`],
  [
    String.raw`[0-9A-Za-z][\-\.\_0-9A-Za-z]{0,126}[0-9A-Za-z]`,
    String.raw`[0-9A-Za-z][\-._0-9A-Za-z]{0,126}[0-9A-Za-z]`,
  ],
  [String.raw`[a-zA-Z0-9\-\:\/\.\_\*]+`, String.raw`[a-zA-Z0-9\-:\/._*]+`],
  [String.raw`^[A-Z\_]+$`, "[A-Z_]+"],
  [String.raw`[\w-_]*`, String.raw`[\w\-_]*`],
  [String.raw`([\p{L}\p{Z}\p{N}_.:\/=+\-@]*)${"$"}{1,128}`, String.raw`[\p{L}\p{Z}\p{N}_.:\/=+\-@]*`],
  [String.raw`([\p{L}\p{Z}\p{N}_.:\/=+\-@]*)${"$"}{1,256}`, String.raw`[\p{L}\p{Z}\p{N}_.:\/=+\-@]*`],

  // Characters of a class that look like Java's possessive quantifier.
  [String.raw`/[a-zA-Z0-9._~:/?#\[\]@!$&'()*+,;={}-]*`, String.raw`/[a-zA-Z0-9._~:/?#\[\]@!$&'()+*,;={}\-]*`],

  // Spaces.
  [String.raw`(?!\s*$).+`, `(?![${space}]*$).+`],
  [String.raw`\S(.*\S)?`, `[^${space}](.*[^${space}])?`],
  [String.raw`[\S]+`, `[^${space}]+`],
  [String.raw`\S+`, `[^${space}]+`],
  [String.raw`[\S]*`, `[^${space}]*`],
  [String.raw`.*\S.*`, `[${space}]*[^${space}].*`],
  [String.raw`([\u0020-\u007E\r\s\n])*`, `[\\u0020-\\u007E${space}]*`],
  [
    String.raw`([\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\s])*`,
    `[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF${space}]*`,
  ],
  [String.raw`^(https?):\/\/[^\s/$.?#].[^\s]*$`, String.raw`https?:\/\/[^${space}/$.?#].[^${space}]*`],
  [String.raw`\S{36,128}`, `[^${space}]{36,128}`],
  [String.raw`\/\S*`, `/[^${space}]*`],
  [String.raw`https://\S+`, `https://[^${space}]+`],
  ...["model-package", "model-package-group"].map((kind): [string, string] => {
    const prefix = String.raw`arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]{9,16}:[0-9]{12}:${kind}/`;
    return [String.raw`${prefix}[\S]{1,2048}`, `${prefix}[^${space}]{1,2048}`];
  }),

  ...["channel", "queue", "stream", "(stream|channel|queue)"].map((kind): [string, string] => {
    const prefix = kind.startsWith("(")
      ? String.raw`arn:aws.*:kinesis:.*:\d{12}:.*`
      : String.raw`arn:aws.*:kinesis:.*:\d{12}:`;
    return [String.raw`${prefix}${kind}/\S+`, `${prefix}${kind}/[^${space}]+`];
  }),

  // Repeats inside repeats: a text that does not match could be divided among them in exponentially many ways.
  [String.raw`\$(\.[a-zA-Z0-9_.@\[\]\(\)-]+)*`, String.raw`\$(\.[a-zA-Z0-9_.@\[\]\(\)\-]+)?`],
  ["[a-z0-9]([-a-z0-9]*[a-z0-9]){0,39}?", "[a-z0-9]([-a-z0-9]*[a-z0-9])?"],
  [
    String.raw`https://([.\-_a-zA-Z0-9]+/?){3,1016}`,
    String.raw`https://(?=(/?[.\-_a-zA-Z0-9]){3})[.\-_a-zA-Z0-9]+(/[.\-_a-zA-Z0-9]+)*/?`,
  ],
]);

/** Longest values other than the model's, by service and shape. */
export const maximumCorrections: ReadonlyMap<string, number> = new Map([
  // A setting says how much of it a server takes (`invocationPayloadBytes`); AWS takes so much.
  ["sagemaker-runtime.BodyBlob", 25 * 1024 * 1024],
]);
