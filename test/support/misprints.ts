/** Everything that differs from this in one digit of its JSON. */
export function misprints(certificate: unknown): unknown[] {
  const text = JSON.stringify(certificate);
  return [...text.matchAll(/\d/g)].flatMap(({ index, 0: digit }) =>
    Array.from({ length: 9 }, (_, k) => (Number(digit) + 1 + k) % 10).flatMap((other) => {
      try {
        return [JSON.parse(text.slice(0, index) + String(other) + text.slice(index + 1)) as unknown];
      } catch {
        return []; // No JSON: an index of 01.
      }
    })
  );
}
