/**
 * Yields the lines of a text, each ended by a line feed, as its bytes arrive; the last may have none. Node's own reader of lines also
 * ends them at U+2028 and U+2029, which JSON holds within its texts.
 */
export async function* linesIn(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const piece of bytes) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
  rest += decoder.decode();
  if (rest !== "") yield rest;
}
