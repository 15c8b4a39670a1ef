import { isDeepStrictEqual } from 'node:util';
import { deserialize, serialize } from 'node:v8';

interface Watched {
  readonly name: string;
  readonly same: () => boolean;
}

/** More than a session of usual length is given; of a longer one, the last. */
const KEPT = 64;

/** The arrays and states of one session that an optimizer may keep but not change, each held against a copy. */
export class Watch {
  readonly #kept: Watched[] = [];

  /** @returns `value` */
  given<T>(name: string, value: T): T {
    if (value instanceof Float64Array) {
      // At every later answer: most of what is given is such a list.
      const copy = value.slice();
      this.#keep({ name, same: () => value.length === copy.length && copy.every((entry, i) => Object.is(entry, value[i])) });
    } else {
      const copy = structuredClone(value);
      this.#keep({ name, same: () => isDeepStrictEqual(value, copy) });
    }
    return value;
  }

  /** What can be cloned is compared by its clones: they are plain data, whatever `state` is. */
  saved(name: string, state: unknown, clone: Uint8Array): void {
    this.#keep({
      name,
      same() {
        try {
          return isDeepStrictEqual(deserialize(serialize(state)), deserialize(clone));
        } catch {
          // It has become what cannot be cloned.
          return false;
        }
      },
    });
  }

  /** The names of what has changed; each is told once. */
  changed(): readonly string[] {
    const told: string[] = [];
    for (let i = this.#kept.length - 1; i >= 0; i--) {
      const { name, same } = this.#kept[i]!;
      if (same()) continue;
      told.unshift(name);
      this.#kept.splice(i, 1);
    }
    return told;
  }

  #keep(watched: Watched): void {
    this.#kept.push(watched);
    if (this.#kept.length > KEPT) this.#kept.shift();
  }
}
