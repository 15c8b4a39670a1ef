import type { Arm, Failed } from '../claim.js';
import type { Subject } from '../subject.js';
import type { Json } from '../verdict.js';
import { runCase } from './run-case.js';

export interface FailingCase {
  readonly example: Json;
  readonly outcome: Failed;
}

/** How many candidates are tried at most: a slow check must not hold up the report. */
const TRIES = 3000;

/**
 * Makes a failing case readable: the arm's own simplifications, then every number replaced by 0, 1, −1 or a rounder one, as
 * long as the case still fails. What generators shrink one entry at a time this shrinks across the whole case.
 */
export function simplify(candidate: Arm, subject: Subject, failing: FailingCase): FailingCase {
  let best = failing;
  let tries = 0;
  const attempt = (example: Json): boolean => {
    // Out of patience; or a simplification that changes nothing, which would be taken again and again.
    if (tries >= TRIES || JSON.stringify(example) === JSON.stringify(best.example)) return false;
    tries += 1;
    try {
      const outcome = runCase(candidate, subject, example);
      if (outcome.kind !== 'failed') return false;
      best = { example, outcome };
      return true;
    } catch {
      // A candidate that is no valid case (a set turned empty, a reflector turned 0) is not simpler, it is none.
      return false;
    }
  };
  for (;;) {
    let improved = (candidate.simpler?.(best.example) ?? []).some(attempt);
    for (const path of leaves(best.example)) {
      for (const value of rounder(at(best.example, path))) {
        if (tries >= TRIES) return best;
        if (attempt(replaced(best.example, path, value))) {
          improved = true;
          break;
        }
      }
    }
    if (!improved) return best;
  }
}

type Path = readonly (string | number)[];

/** The paths of all numbers: JSON numbers, and fractions "p/q". */
function leaves(value: Json, path: Path = []): Path[] {
  if (typeof value === 'number' || (typeof value === 'string' && FRACTION.test(value))) return [path];
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap((item, i) => leaves(item, [...path, i]));
  if (typeof value === 'object' && value !== null) return Object.entries(value).flatMap(([key, item]) => leaves(item, [...path, key]));
  return [];
}

const FRACTION = /^-?\d+(\/\d+)?$/;

function at(value: Json, path: Path): Json {
  return path.reduce<Json>((inner, key) => (inner as Record<string | number, Json>)[key]!, value);
}

function replaced(value: Json, path: Path, leaf: Json): Json {
  const [key, ...rest] = path;
  if (key === undefined) return leaf;
  const inner = replaced((value as Record<string | number, Json>)[key]!, rest, leaf);
  if (Array.isArray(value)) return (value as readonly Json[]).map((item, i) => (i === key ? inner : item));
  return { ...(value as Record<string, Json>), [key]: inner };
}

/** Numbers that are simpler to read than this one, simplest first. */
function rounder(leaf: Json): Json[] {
  const text = typeof leaf === 'string';
  const [p, q] = text ? leaf.split('/').map(Number) : [leaf as number];
  const value = p! / (q ?? 1);
  const size = (x: number): number => (Number.isInteger(x) ? Math.abs(x) + (x < 0 ? 0.5 : 0) : 10 + Math.abs(x) * 10 + String(x).length);
  const candidates = [0, 1, -1, 2, -2, Math.trunc(value), Math.round(value), Math.round(value * 2) / 2, Math.trunc(value / 2), Number(value.toPrecision(1)), Number(value.toPrecision(2))];
  const simpler = [...new Set(candidates)].filter((x) => size(x) < size(value)).toSorted((a, b) => size(a) - size(b));
  if (!text) return simpler;
  return simpler.flatMap((x) => (Number.isInteger(x) ? [String(x)] : Number.isInteger(2 * x) ? [`${2 * x}/2`] : []));
}
