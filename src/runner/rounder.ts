import type { Json } from '../verdict.js';

/** Where a number lies in a case. */
export type Path = readonly (string | number)[];

/** The paths of all numbers: JSON numbers, and fractions "p/q". */
export function leaves(value: Json, path: Path = []): Path[] {
  if (typeof value === 'number' || (typeof value === 'string' && FRACTION.test(value))) return [path];
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap((item, i) => leaves(item, [...path, i]));
  if (typeof value === 'object' && value !== null) return Object.entries(value).flatMap(([key, item]) => leaves(item, [...path, key]));
  return [];
}

const FRACTION = /^-?\d+(\/\d+)?$/;

/** The value at a path. */
export function at(value: Json, path: Path): Json {
  return path.reduce<Json>((inner, key) => (inner as Record<string | number, Json>)[key]!, value);
}

/** The same data with another value at a path. */
export function replaced(value: Json, path: Path, leaf: Json): Json {
  const [key, ...rest] = path;
  if (key === undefined) return leaf;
  const inner = replaced((value as Record<string | number, Json>)[key]!, rest, leaf);
  if (Array.isArray(value)) return (value as readonly Json[]).map((item, i) => (i === key ? inner : item));
  return { ...(value as Record<string, Json>), [key]: inner };
}

/** Numbers that are simpler to read than this one, simplest first. */
export function rounder(leaf: Json): Json[] {
  const text = typeof leaf === 'string';
  const [p, q] = text ? leaf.split('/').map(Number) : [leaf as number];
  const value = p! / (q ?? 1);
  const size = (x: number): number => (Number.isInteger(x) ? Math.abs(x) + (x < 0 ? 0.5 : 0) : 10 + Math.abs(x) * 10 + String(x).length);
  const candidates = [
    0,
    1,
    -1,
    2,
    -2,
    Math.trunc(value),
    Math.round(value),
    Math.round(value * 2) / 2,
    Math.trunc(value / 2),
    Number(value.toPrecision(1)),
    Number(value.toPrecision(2)),
  ];
  const simpler = [...new Set(candidates)].filter((x) => size(x) < size(value)).toSorted((a, b) => size(a) - size(b));
  if (!text) return simpler;
  return simpler.flatMap((x) => (Number.isInteger(x) ? [String(x)] : Number.isInteger(2 * x) ? [`${2 * x}/2`] : []));
}
