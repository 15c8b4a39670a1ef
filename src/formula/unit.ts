/** Exponents of [x], [f], [w] and [α]. null: the unit of a number that is 0, which may be any. */
export type Unit = readonly [x: number, f: number, w: number, alpha: number] | null;
/** The two spaces of a run: where f lives, and where φ's parameters do. */
export type Room = 'x' | 'w';
export type Type =
  | { readonly shape: 'number'; readonly unit: Unit }
  | { readonly shape: 'vector'; readonly unit: Unit; readonly room: Room }
  | { readonly shape: 'matrix'; readonly unit: Unit; readonly rows: Room; readonly columns: Room };

const BASES = ['x', 'f', 'w', 'α'] as const;
export const ONE: Unit = [0, 0, 0, 0];

/** "f/x²", "αf/w²", "1". @throws {RangeError} another text. */
export function unit(text: string): Unit {
  const powers: [number, number, number, number] = [0, 0, 0, 0];
  const sides = text === '1' ? [] : text.split('/');
  for (const [k, side] of sides.entries()) {
    if (!/^(?:1|(?:[xfwα][²³⁴]?)+)$/u.test(side) || k > 1) throw new RangeError(`expected a unit such as "αf/w²", got "${text}"`);
    for (const [, base, power] of side.matchAll(/([xfwα])([²³⁴]?)/gu)) powers[BASES.indexOf(base as 'x')]! += (k === 0 ? 1 : -1) * (power === '' ? 1 : '²³⁴'.indexOf(power!) + 2);
  }
  return powers;
}
export const number = (text: string): Type => ({ shape: 'number', unit: unit(text) });
export const vector = (text: string, room: Room): Type => ({ shape: 'vector', unit: unit(text), room });
export const matrix = (text: string, rows: Room, columns: Room): Type => ({ shape: 'matrix', unit: unit(text), rows, columns });

export function times(a: Unit, b: Unit, sign: 1 | -1 = 1): Unit {
  return a === null || b === null ? null : [a[0] + sign * b[0], a[1] + sign * b[1], a[2] + sign * b[2], a[3] + sign * b[3]];
}
export function power(a: Unit, k: number): Unit {
  return a === null ? null : [k * a[0], k * a[1], k * a[2], k * a[3]];
}

/** What a case makes one: with φ = w points and parameters have one unit, with φ = w⊙∇f(x) parameters are [x]²/[f], with α_t = t weights have none. `any`: nothing is compared. */
export interface Identified {
  readonly w?: 'x' | 'x²/f';
  readonly α?: '1';
  readonly any?: true;
}
export function sameUnit(a: Unit, b: Unit, { w, α, any }: Identified): boolean {
  if (any === true || a === null || b === null) return true;
  const [x, f, own, alpha] = times(a, b, -1)!;
  const [byX, byF] = unit(w ?? '1')!;
  return (α === '1' || alpha === 0) && (w !== undefined || own === 0) && x + own * byX === 0 && f + own * byF === 0;
}
export function sameRoom(a: Room, b: Room, { w, any }: Identified): boolean {
  return a === b || w !== undefined || any === true;
}

/** [f]/[x]²: as a person writes it. */
export function showUnit(a: Unit): string {
  if (a === null) return '0';
  const side = (sign: 1 | -1): string =>
    BASES.flatMap((base, k) => {
      const times = sign * a[k]!;
      return times <= 0 ? [] : [`[${base}]${times === 1 ? '' : exponent(times)}`];
    }).join('');
  const [above, below] = [side(1), side(-1)];
  return `${above === '' ? '1' : above}${below === '' ? '' : `/${below.length > 4 && !/^\[.\][²³⁴]?$/u.test(below) ? `(${below})` : below}`}`;
}
const exponent = (k: number): string => (k === 2 ? '²' : k === 3 ? '³' : k === 4 ? '⁴' : `^${k}`);

/** "a vector of [f]/[x]". */
export function showType(type: Type): string {
  const size = type.unit === null ? '' : ` of ${showUnit(type.unit)}`;
  if (type.shape === 'number') return `a number${size}`;
  return type.shape === 'vector' ? `a vector like ${type.room}${size}` : `a matrix from ${type.columns} to ${type.rows}${size}`;
}
