/** Reads the first rows of a CSV; quotes hold separators and line ends. The last row may be cut, so it is left out. */
export function csvRows(text: string, separator: string, most: number): string[][] {
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
  const isWhole = rows.length === 0 || row.length + 1 === rows[0]!.length;
  if (rows.length < most && (cell !== "" || row.length > 0) && isWhole) rows.push([...row, cell]);
  return rows;
}
