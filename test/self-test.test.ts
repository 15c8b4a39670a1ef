import { describe, expect, test } from 'vitest';
import type { Claim } from '../src/claim.js';
import { bait, hunt, type Bait } from '../src/runner/hunt.js';
import { loadClaims } from '../src/runner/load-claims.js';
import { saboteurs, type Saboteur } from '../src/saboteur/index.js';

const CASES = 60;
const SEED = 1;
const claims = await loadClaims();

const baits = new Map<string, Bait>();

function baitOf(claim: Claim): Bait {
  const drawn = baits.get(claim.id) ?? bait(claim, CASES, SEED);
  baits.set(claim.id, drawn);
  return drawn;
}

const seen = new Map<string, boolean>();

/** Whether a claim catches a saboteur, found out once. */
function catches(claim: Claim, culprit: Saboteur): boolean {
  const key = `${claim.id} ${culprit.name}`;
  const known = seen.get(key);
  if (known !== undefined) return known;
  const { verdict } = hunt(baitOf(claim), culprit);
  const caught = verdict === 'caught' || verdict === 'threw';
  seen.set(key, caught);
  return caught;
}

/** Those that are known to catch it first, and of these those whose cases are drawn already. */
function suspects(culprit: Saboteur): Claim[] {
  const likely = (claim: Claim): number => (claim.saboteurs.includes(culprit.name) ? 2 : 0) + (baits.has(claim.id) ? 1 : 0);
  return claims.toSorted((a, b) => likely(b) - likely(a));
}

describe('every saboteur is caught', () => {
  test.each(saboteurs.map((one) => [one.name, one] as const))('%s', (_, culprit) => {
    expect(suspects(culprit).some((claim) => catches(claim, culprit)), `no claim catches "${culprit.slip}"`).toBe(true);
  });
});

describe('every claim catches a saboteur', () => {
  test.each(claims.map((one) => [one.id, one] as const))('%s', (_, claim) => {
    // Those of which it was seen already cost nothing, and those that it is known to catch are likely.
    const order = saboteurs.toSorted((a, b) => rank(claim, b) - rank(claim, a));
    expect(order.some((culprit) => catches(claim, culprit)), `${claim.id} passes with every mistake: it tests nothing that could be wrong`).toBe(true);
  });
});

function rank(claim: Claim, { name }: Saboteur): number {
  return (seen.get(`${claim.id} ${name}`) === true ? 2 : 0) + (claim.saboteurs.includes(name) ? 1 : 0);
}

test('no saboteur has the name of another, and each breaks something', () => {
  expect(new Set(saboteurs.map(({ name }) => name)).size).toBe(saboteurs.length);
  expect(saboteurs.filter(({ broken }) => broken.length === 0)).toEqual([]);
});

test('claims promise to catch saboteurs that there are', () => {
  const names = saboteurs.map(({ name }) => name);
  expect(claims.flatMap(({ id, saboteurs: promised }) => promised.filter((name) => !names.includes(name)).map((name) => `${id}: ${name}`))).toEqual([]);
});
