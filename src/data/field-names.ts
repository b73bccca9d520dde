/** The types that RecBole's files give behind the name of each field. */
const RECBOLE_TYPE = /:(token|token_seq|float|float_seq)$/;

/**
 * Names of the fields from the cells of a header line: without the slashes or the hash of a comment,
 * without RecBole's types, and by their place where the header leaves them blank.
 */
export function fieldNames(header: readonly string[]): string[] {
  const typed = isRecboleHeader(header);
  return header.map((cell, i) => {
    const bare = (i === 0 ? cell.replace(/^\s*(\/\/|#)/, '') : cell).trim();
    return (typed ? bare.replace(RECBOLE_TYPE, '') : bare) || placeName(i);
  });
}

/** Names for the fields of a table that names none. */
export function generatedNames(count: number): string[] {
  return Array.from({ length: count }, (_, i) => placeName(i));
}

/** True where every field has a RecBole type, such as `user_id:token`. */
export function isRecboleHeader(header: readonly string[]): boolean {
  return header.every((cell) => RECBOLE_TYPE.test(cell.trim()));
}

function placeName(index: number): string {
  return `field ${index + 1}`;
}
