/** Characters that would end a cell or its quotes; blanks at the ends, which some readers take away, are kept by quotes too. */
const QUOTED = /[",\r\n]|^\s|\s$/;

/**
 * One record of a CSV file as RFC 4180 has it, ended by a line feed: cells with commas, quotes or line ends
 * are quoted, quotes within them doubled. Null and numbers that are none are empty cells.
 */
export function csvLine(cells: readonly (string | number | boolean | null)[]): string {
  return `${cells.map(csvCell).join(',')}\n`;
}

function csvCell(cell: string | number | boolean | null): string {
  if (cell === null || (typeof cell === 'number' && Number.isNaN(cell))) return '';
  const text = String(cell);
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
