/** Made when it is first asked for, and not while tests are declared: what goes wrong with it is then the test's. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
