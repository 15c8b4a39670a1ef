import fc from 'fast-check';
import type { Outcome } from '../claim.js';
import type { Unsupported } from '../verdict.js';
import type { GateCase } from './case.js';
import { SubjectFailure, overlaid, type Config, type Door, type Start } from './protocol.js';

/** An optimizer that has refused so many sessions of a kind, and taken none, is asked for another kind first. */
const REFUSED = 6;
/** So many sessions are drawn in search of a kind that it may take. */
const TRIES = 200;
/** An optimizer that has refused so many sessions, of every kind that there is, and taken none, takes none. */
const ENOUGH = 100;
/** Refusals that no setting explains are told apart by what was said, up to so many ways. */
const WAYS = 8;

/** What a session's config has, setting by setting: "set: box", "momentum: 0", "learningRate: a list". */
export function settingsOf(config: Config): string[] {
  return Object.entries(config).map(([key, value]) => {
    if (typeof value === 'string' || typeof value === 'boolean') return `${key}: ${value}`;
    if (typeof value === 'number') return value === 0 ? `${key}: 0` : `${key}: not 0`;
    return typeof value === 'object' && value !== null && 'kind' in value ? `${key}: ${value['kind'] as string}` : `${key}: a list`;
  });
}

/** How large a session is, as its optimizer sees it; T as far as it says something. */
const SIZES: { readonly [label: string]: (n: number, T: number, config: Config) => boolean } = {
  'n: 1': (n) => n === 1,
  'n ≥ 2': (n) => n >= 2,
  'n > 4': (n) => n > 4,
  'n ≥ 17': (n) => n >= 17,
  'n = 257': (n) => n >= 257,
  'T ≥ 4': (_, T) => T >= 4,
  'T > 16': (_, T) => T > 16,
  'T ≥ 64': (_, T) => T >= 64,
  'T ≥ 128, α_t = t': (_, T, { alpha }) => T >= 128 && alpha === 'linear',
  'T = 1,024': (_, T) => T >= 1024,
};

export const sizesOf = (config: Config, n: number, T: number): string[] => Object.keys(SIZES).filter((label) => SIZES[label]!(n, T, config));

interface Asked {
  readonly kind: string;
  readonly labels: readonly string[];
}

/** Which sessions an optimizer took, and which it does not support: of one claim, so that no claim depends on what was asked before it. */
export class Refusals {
  /** How many sessions it took, and how many of them have each label. A session is taken until it is refused. */
  private sessions = 0;
  private readonly taken = new Map<string, number>();
  private readonly refused: (Asked & { readonly message: string })[] = [];
  private readonly kinds = new Map<string, { readonly taken: number; readonly refused: number }>();
  private readonly open = new Map<string, Asked>();
  /** Sessions of the case that is being played which count as taken. */
  private readonly playing = new Set<Asked>();
  /** How many refusals there were when the last case had ended. */
  private settled = 0;
  /** Whether no kind was found that it may take. */
  private hopeless = false;

  /** How many sessions it refused. */
  get times(): number {
    return this.refused.length;
  }

  /** True where it was offered every kind of session, and took none. */
  get takesNone(): boolean {
    return this.hopeless && this.sessions === 0 && this.times >= ENOUGH;
  }

  /** The same door, which notes what comes through it. */
  watch(door: Door): Door {
    const noting = (call: 'step' | 'run' | 'load') => async (session: string, ...rest: readonly unknown[]): Promise<unknown> => {
      try {
        return await (door[call] as (session: string, ...rest: readonly unknown[]) => Promise<unknown>)(session, ...rest);
      } catch (error) {
        this.ended(session, error);
        throw error;
      }
    };
    const init = async (session: string, start: Start): ReturnType<Door['init']> => {
      this.started(session, start);
      try {
        return await door.init(session, start);
      } catch (error) {
        this.ended(session, error);
        throw error;
      }
    };
    return overlaid(door, {
      init,
      beside: (which) => this.watch(door.beside(which)),
      step: noting('step') as Door['step'],
      run: noting('run') as Door['run'],
      load: noting('load') as Door['load'],
    });
  }

  /** Sessions of this kind, but those that were always refused only where there seem to be no others. */
  offered(sessions: fc.Arbitrary<GateCase>): fc.Arbitrary<GateCase> {
    const wanted = ({ config }: GateCase): boolean => {
      const { taken, refused } = this.kinds.get(kindOf(config)) ?? { taken: 0, refused: 0 };
      return taken > 0 || refused < REFUSED;
    };
    return new Preferring(sessions, wanted, () => (this.hopeless && this.sessions === 0 ? 1 : TRIES), () => {
      this.hopeless = true;
    });
  }

  /** A case has come to its end. Where it was refused, and nobody noted which session was, it is its first (for its state cannot be saved, say), and none of them was taken. */
  settle(outcome: Outcome | SubjectFailure): void {
    const played = [...this.playing];
    const isNoted = this.times > this.settled;
    this.playing.clear();
    this.settled = this.times;
    const [first] = played;
    if (isNoted || first === undefined || !(outcome instanceof SubjectFailure && outcome.failure === 'unsupported')) return;
    for (const one of played) this.count(one, -1, one === first ? 1 : 0);
    this.refused.push({ ...first, message: outcome.message });
    this.settled = this.times;
  }

  /**
   * True where none of those that it took has the setting or size, and some of those that it refused have: one that has nothing else that explains the refusal, or so many that
   * what explains it goes with the setting.
   */
  refuses(label: string): boolean {
    if (this.has(label)) return false;
    const refused = this.refused.filter(({ labels }) => labels.includes(label));
    const others = this.told().flatMap(({ what }) => (what === null || what === label ? [] : [what]));
    return refused.length >= REFUSED || refused.some(({ labels }) => !labels.some((one) => others.includes(one)));
  }

  /**
   * What it refused: by a setting that such sessions have and none that was taken has, else by a size, as few of them as explain what can be explained; the rest by what was said.
   * Where none was taken every setting would explain it: then a list or a size that all of them have, or what was said.
   */
  told(): Unsupported[] {
    let rest: typeof this.refused = this.refused;
    const found: Unsupported[] = [];
    for (;;) {
      const shared = (label: string): boolean => (isList(label) || label in SIZES) && rest.every(({ labels }) => labels.includes(label));
      const suspects = rest.flatMap(({ labels }) => labels.filter((label) => !this.has(label) && (this.sessions > 0 || shared(label))));
      const settings = suspects.filter((label) => !(label in SIZES));
      // Of two that explain as much, a list, and then what comes first in the config; of sizes that nothing was taken of, the narrowest.
      const named = settings.length > 0 ? settings : this.sessions > 0 ? suspects : suspects.toReversed();
      const ranked = named.toSorted((a, b) => Number(isList(b)) - Number(isList(a)));
      const [best] = [...counted(ranked)].toSorted(([, a], [, b]) => b - a);
      if (best === undefined) break;
      const [what, times] = best;
      found.push({ what, times, message: rest.find(({ labels }) => labels.includes(what))!.message });
      rest = rest.filter(({ labels }) => !labels.includes(what));
    }
    const said = new Map<string, Unsupported>();
    for (const { message } of rest) {
      // Numbers differ from one session to the next.
      const key = message.replaceAll(/[\d.]+(e[-+]?\d+)?/giu, '#');
      const way = said.has(key) || said.size < WAYS ? key : 'others';
      const before = said.get(way) ?? { what: null, times: 0, message };
      said.set(way, { ...before, times: before.times + 1 });
    }
    return [...found, ...[...said.values()].toSorted((a, b) => b.times - a.times)];
  }

  private has(label: string): boolean {
    return (this.taken.get(label) ?? 0) > 0;
  }

  private started(session: string, { x0, config, problem }: Start): void {
    const one: Asked = { kind: kindOf(config), labels: [...settingsOf(config), ...sizesOf(config, x0.length, problem.horizon)] };
    this.open.set(session, one);
    this.playing.add(one);
    this.count(one, 1, 0);
  }

  private ended(session: string, error: unknown): void {
    const one = this.open.get(session);
    if (one === undefined) return;
    this.open.delete(session);
    this.playing.delete(one);
    const unsupported = error instanceof SubjectFailure && error.failure === 'unsupported';
    // What went wrong otherwise was neither taken nor refused.
    this.count(one, -1, unsupported ? 1 : 0);
    if (unsupported) this.refused.push({ ...one, message: error.message });
  }

  private count({ kind, labels }: Asked, taken: 1 | -1, refused: 0 | 1): void {
    this.sessions += taken;
    for (const label of labels) this.taken.set(label, (this.taken.get(label) ?? 0) + taken);
    const before = this.kinds.get(kind) ?? { taken: 0, refused: 0 };
    this.kinds.set(kind, { taken: before.taken + taken, refused: before.refused + refused });
  }
}

const isList = (label: string): boolean => label.endsWith(': a list');

function counted(words: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** All its settings: sessions of one kind differ in numbers alone. */
export const kindOf = (config: Config): string => settingsOf(config).join(', ');

/** Values of another arbitrary, those that are wanted before others. Shrunk values may be any. */
class Preferring<T> extends fc.Arbitrary<T> {
  private readonly inner: fc.Arbitrary<T>;
  private readonly wanted: (value: T) => boolean;
  private readonly most: () => number;
  private readonly none: () => void;

  /** @param most how many are drawn in search of one. @param none is told where none was found. */
  constructor(inner: fc.Arbitrary<T>, wanted: (value: T) => boolean, most: () => number, none: () => void) {
    super();
    this.inner = inner;
    this.wanted = wanted;
    this.most = most;
    this.none = none;
  }

  override generate(random: fc.Random, bias: number | undefined): fc.Value<T> {
    const most = this.most();
    let drawn = this.inner.generate(random, bias);
    for (let tries = 1; tries < most && !this.wanted(drawn.value); tries++) drawn = this.inner.generate(random, bias);
    if (!this.wanted(drawn.value)) this.none();
    return drawn;
  }

  override canShrinkWithoutContext(value: unknown): value is T {
    return this.inner.canShrinkWithoutContext(value);
  }

  override shrink(value: T, context: unknown): fc.Stream<fc.Value<T>> {
    return this.inner.shrink(value, context);
  }
}
