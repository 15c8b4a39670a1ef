/** What somebody who slipped may have meant. */

/** The name at the smallest edit distance, if it is near enough to be a slip. */
export function closest(name: string, names: readonly string[]): string | null {
  const ranked = names.map((candidate) => ({ candidate, distance: editDistance(name, candidate) })).toSorted((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.max(2, name.length / 3) ? best.candidate : null;
}

/** The first member of `given` that is none of `known`, in the words of a complaint: 'got "nestrov"; did you mean "nesterov"?'. null where all are known. */
export function unknownMember(given: object, known: readonly string[]): string | null {
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return null;
  const near = closest(unknown, known);
  return `got ${JSON.stringify(unknown.slice(0, 80))}${near === null ? '' : `; did you mean "${near}"?`}`;
}

/** Levenshtein's, row by row. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}
