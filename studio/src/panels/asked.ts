/** What is asked and whose machines are measured: the words for it in a chart, and the dimensions of its metrics. */
export interface Asked {
  readonly words: string;
  readonly dimensions: Readonly<Record<string, string>>;
}
