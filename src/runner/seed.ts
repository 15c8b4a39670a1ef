/** FNV-1a over the seed and a name: each arm and batch has a stream of its own, whatever else runs. A 31-bit integer. */
export function mixSeed(seed: number, name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(`${seed}:${name}`)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash & 0x7fffffff;
}
