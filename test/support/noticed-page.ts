import { math, table } from '../../reports/markdown.js';
import type { Claim } from '../../src/claim.js';

const CHANGES = ['shifted', 'doubled', 'forgotten', 'a round late'];
const SEED = 1;

type Noticing = Map<string, Map<string, { readonly mention: Set<string>; readonly notice: Set<string> }>>;
const known = new Map<string, Noticing>();

/** Name → change → the claims whose lines mention it, and those that notice. */
export function noticing(claims: readonly Claim[]): Noticing {
  const key = claims.map(({ id }) => id).join();
  const found = known.get(key);
  if (found !== undefined) return found;
  const all: Noticing = new Map();
  known.set(key, all);
  for (const { id, corrected } of claims) {
    for (const { name, change, noticed } of corrected.noticed?.(SEED) ?? []) {
      const byChange = all.get(name) ?? new Map<string, { mention: Set<string>; notice: Set<string> }>();
      const found = byChange.get(change) ?? { mention: new Set(), notice: new Set() };
      found.mention.add(id);
      if (noticed) found.notice.add(id);
      all.set(name, byChange.set(change, found));
    }
  }
  return all;
}

/** docs/NOTICED.md */
export function noticedPage(claims: readonly Claim[]): string {
  const rows = [...noticing(claims)].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, changes]) => [
    math(name),
    ...CHANGES.map((change) => {
      const found = changes.get(change);
      if (found === undefined) return '';
      const [first] = found.notice;
      return first === undefined ? 'by none' : `${found.notice.size} of ${found.mention.size}: [${first}](claims/${first}.md)`;
    }),
  ]);
  return [
    '# What a run tells, put wrong',
    'Generators have blind spots: where every f has the minimum 0, f(x̄) + f(x*) passes for f(x̄) − f(x*). So each quantity that formulas mention is put wrong in the runs of each claim that mentions it, and its lines are judged: they have to notice. A cell says how many claims notice, of how many that mention the name, and the first of them. Claims that do not are those that hold for any such number: an identity for every u, a bound for every L that is large enough. A name means what the claim’s page says.'
      .replaceAll(/x̄|x\*/gu, (name) => math(name)),
    table([['Quantity', 'shifted by 1', 'doubled', 'forgotten (0)', 'a round late'], ...rows]).trimEnd(),
    'Generated from the claims by `npm run docs`.',
  ].join('\n\n') + '\n';
}
