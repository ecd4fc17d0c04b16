/**
 * Reads the first rows of a CSV; quotes hold separators and line ends. A last row without a line end is left out unless
 * the text is whole: it may be cut.
 */
export function csvRows(text: string, separator: string, most: number, whole: boolean): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  for (let index = 0; index < text.length && rows.length < most; index++) {
    const sign = text[index]!;
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (text[index + 1] === '"') cell += text[++index];
      else quoted = false;
    } else if (sign === '"' && cell === "") quoted = true;
    else if (sign === separator) {
      row.push(cell);
      cell = "";
    } else if (sign === "\n") {
      rows.push([...row, cell.replace(/\r$/, "")]);
      row = [];
      cell = "";
    } else cell += sign;
  }
  const isLeft = cell !== "" || row.length > 0;
  if (rows.length < most && isLeft && (whole || rows.length === 0)) rows.push([...row, cell]);
  return rows;
}
