/**
 * Things that are found by folder, in the order in which they are offered.
 * @throws Error on a doubled id
 */
export function oneOfEach<T extends { readonly id: string; readonly order: number }>(
  what: string,
  list: readonly T[],
): readonly T[] {
  const ids = new Set<string>();
  for (const { id } of list) {
    if (ids.has(id)) throw new Error(`expected one ${what} “${id}”, found two`);
    ids.add(id);
  }
  return list.toSorted((a, b) => a.order - b.order);
}
