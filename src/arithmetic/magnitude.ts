/** The largest of the numbers, −∞ of none; NaN where one is NaN. A list of any length: none is spread into arguments, of which an engine takes some 10⁵. */
export function largestOf(values: ArrayLike<number>): number {
  let largest = -Infinity;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, values[i]!);
  return largest;
}

/** ‖v‖, as `Math.hypot` has it: scaled, so that no square leaves the range, and with what a sum loses made up for (Kahan 1965). */
export function norm(v: ArrayLike<number>): number {
  let size = 0;
  for (let i = 0; i < v.length; i++) size = Math.max(size, Math.abs(v[i]!));
  if (size === 0 || !(size < Infinity)) return size;
  let [sum, lost] = [0, 0];
  for (let i = 0; i < v.length; i++) {
    const part = v[i]! / size;
    const term = part * part - lost;
    const next = sum + term;
    lost = next - sum - term;
    sum = next;
  }
  return Math.sqrt(sum) * size;
}
