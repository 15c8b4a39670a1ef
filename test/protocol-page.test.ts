import { readFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gateClaims } from '../src/gate/claims/index.js';
import { openDoor } from '../src/gate/door.js';
import { METHOD_NAMES, type MethodName } from '../src/gate/methods.js';
import { CAPABILITIES } from '../src/gate/protocol.js';
import { runGate } from '../src/gate/run-gate.js';
import { typicalConfigs } from '../src/gate/typical.js';
import './support/uncounted.js';

// The compiled tests lie two folders below the package.
const path = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const PAGE = readFileSync(path('docs/PROTOCOL.md'), 'utf8');
const HOST = fileURLToPath(new URL('../src/gate/host.js', import.meta.url));

type Members = Readonly<Record<string, unknown>>;
interface Exchange {
  readonly op: string;
  readonly line: string;
  readonly request: Members;
  readonly answer: Members;
}

let folder: string;
const recorded = new Map<MethodName, readonly (readonly Exchange[])[]>();

const linesOf = (file: string): string[] => readFileSync(join(folder, file), 'utf8').split('\n').filter((line) => line !== '');

/** A whole gate on a right optimizer, all claims: what went over the pipes, process by process. */
async function record(method: MethodName): Promise<readonly (readonly Exchange[])[]> {
  const command = `tee "${folder}/$$.in" | "${process.execPath}" "${HOST}" "${path('test/fixtures/correct.mjs')}" | tee "${folder}/$$.out"`;
  const door = openDoor({ command, limits: { start: 60_000, request: 60_000 }, env: { ...process.env, OMG_ORACLE_FIXTURE: method } });
  const { results } = await runGate({
    door,
    like: method,
    claims: gateClaims,
    cases: 10,
    seed: 1,
    signal: new AbortController().signal,
    known: [],
    saboteurs: [],
    onResult: () => undefined,
  });
  // So few sessions do not cover what identity owes.
  expect(results.filter(({ verdict }) => !['holds', 'inapplicable', 'inconclusive'].includes(verdict))).toEqual([]);
  const processes = readdirSync(folder).filter((file) => file.endsWith('.in')).map((file) => {
    const answers = linesOf(file.replace(/in$/, 'out')).map((line) => JSON.parse(line) as Members);
    return linesOf(file).map((line, i): Exchange => {
      const request = JSON.parse(line) as Members;
      return { op: String(request['op']), line, request, answer: answers[i]! };
    });
  });
  for (const file of readdirSync(folder)) rmSync(join(folder, file));
  return processes;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'omg-oracle-protocol-'));
  for (const method of METHOD_NAMES) recorded.set(method, await record(method));
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const everything = (): Exchange[] => [...recorded.values()].flat(2);
const of = (op: string): Exchange[] => everything().filter((one) => one.op === op);

/** The cells of the rows of the table with this head. */
function table(head: string): string[][] {
  const lines = PAGE.slice(PAGE.indexOf(head)).split('\n');
  const end = lines.findIndex((line) => !line.startsWith('|'));
  return lines.slice(2, end).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
}

const words = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, word]) => word!);

/** What the page says of each operation: what is always sent, what perhaps; and what is answered. */
const OPERATIONS = table('| `op` |').map(([name, sent, answered]) => {
  const [always, perhaps = ''] = sent!.split('perhaps');
  const point = answered!.startsWith('a point') ? ['query', 'x', 'average', 'meta'] : [];
  return { op: words(name!)[0]!, always: words(always!), perhaps: words(perhaps), answered: [...point, ...words(answered!)] };
});

const namesOf = (all: readonly Members[], without: readonly string[]): string[] =>
  [...new Set(all.flatMap((one) => Object.keys(one)))].filter((name) => !without.includes(name)).toSorted();

describe('what the page says and what was sent', () => {
  test('are the same operations', () => {
    expect([...new Set(everything().map(({ op }) => op))].toSorted()).toEqual(OPERATIONS.map(({ op }) => op).toSorted());
    expect(OPERATIONS).toHaveLength(8);
  });

  test.each(OPERATIONS)('are the same members of $op', ({ op, always, perhaps, answered }) => {
    const exchanges = of(op);
    expect(namesOf(exchanges.map(({ request }) => request), ['id', 'op'])).toEqual([...always, ...perhaps].toSorted());
    for (const { request } of exchanges) expect(Object.keys(request)).toEqual(expect.arrayContaining(['id', 'op', ...always]));
    expect([...answered].toSorted()).toEqual(namesOf(exchanges.map(({ answer }) => answer), ['id', 'ok']));
  });

  test('are the same capabilities', () => {
    expect(table('| capability |').map(([name]) => words(name!)[0])).toEqual([...CAPABILITIES]);
  });

  test.each(METHOD_NAMES)('are the same parameters of %s', (method) => {
    const [, config] = table('| name | `config` |').find(([name]) => words(name!)[0] === method)!;
    const sent = recorded.get(method)!.flat().filter(({ op }) => op === 'init').map(({ request }) => request['config'] as Members);
    for (const one of sent) expect(Object.keys(one).toSorted()).toEqual(config!.split(', ').toSorted());
  });

  test('are the same facts of the problem, and the same sets and rules', () => {
    const inits = of('init').map(({ request }) => request);
    expect(namesOf(inits.map((request) => request['problem'] as Members), [])).toEqual(['L', 'horizon']);
    const kinds = (name: string): string[] =>
      [...new Set(inits.flatMap((request) => ((request['config'] as Members)[name] as { kind: string } | undefined)?.kind ?? []))].toSorted();
    const told = (head: string): string[] => table(head).map(([name]) => (JSON.parse(words(name!)[0]!.replaceAll(/:(?:r|A|b|\[…\])/g, ':0')) as { kind: string }).kind).toSorted();
    expect(kinds('set')).toEqual(told('| `set` |'));
    expect(kinds('rule')).toEqual(told('| `rule` |'));
  });
});

describe('what the page says of the order', () => {
  const processes = (): readonly (readonly Exchange[])[] => [...recorded.values()].flat();

  test('hello comes first in each process, and an answer has its request’s id', () => {
    for (const exchanges of processes()) {
      expect(exchanges[0]?.op).toBe('hello');
      for (const { request, answer } of exchanges) expect(answer?.['id']).toBe(request['id']);
    }
  });

  test('up to three processes run beside the first, and only one is told to end', () => {
    for (const some of recorded.values()) {
      expect(some.flat().filter(({ op }) => op === 'bye')).toHaveLength(1);
      expect([2, 3, 4]).toContain(some.length);
    }
  });

  test('t counts 1, 2, … in each session, and goes on counting after "load" and "run"', () => {
    for (const exchanges of processes()) {
      const next = new Map<unknown, number>();
      const saved = new Map<string, number>();
      for (const { op, request, answer } of exchanges) {
        const session = request['session'];
        if (op === 'init') next.set(session, 1);
        if (op === 'save') saved.set(JSON.stringify(answer['state']), next.get(session)!);
        if (op === 'load' && saved.has(JSON.stringify(request['state']))) next.set(session, saved.get(JSON.stringify(request['state']))!);
        else if (op === 'load') next.delete(session);
        if (op === 'step') {
          if (next.has(session)) expect(request['t']).toBe(next.get(session));
          next.set(session, Number(request['t']) + 1);
        }
        if (op === 'run' && next.has(session)) next.set(session, next.get(session)! + (request['gradients'] as unknown[]).length);
      }
    }
  });

  test('"run" comes right after "init", after steps and after "load", and only to methods that need nothing but gradients', () => {
    const before = new Set<string>();
    for (const exchanges of processes()) {
      const last = new Map<unknown, string>();
      for (const { op, request } of exchanges) {
        if (op === 'run') before.add(last.get(request['session'])!);
        if (op !== 'save') last.set(request['session'], op);
      }
    }
    expect([...before].toSorted()).toEqual(['init', 'load', 'step']);
    const run = METHOD_NAMES.filter((method) => recorded.get(method)!.flat().some(({ op }) => op === 'run'));
    expect(METHOD_NAMES.filter((method) => !run.includes(method))).toEqual(['ao-ftrl', 'bootstrapped-meta-gradient']);
  });

  test('no hint is left out, from "init" to the last step', () => {
    for (const { op, request } of recorded.get('ao-ftrl')!.flat()) {
      if (op === 'init' || op === 'step') expect(request['hint']).toHaveLength((request[op === 'init' ? 'x0' : 'gradient'] as unknown[]).length);
    }
  });

  test('"close" is sent where worst cases are read off, and nowhere else', () => {
    for (const method of METHOD_NAMES) expect([method, recorded.get(method)!.flat().some(({ op }) => op === 'close')]).toEqual([method, typicalConfigs(method, 1).length > 0]);
    expect(new Set(of('close').map(({ request }) => request['session']))).toEqual(new Set(['probe', 'worst']));
  });
});

describe('what the page says of numbers', () => {
  test('doubles have a point or an exponent, counts have none', () => {
    const counts = /"(?:id|protocol|t|horizon)":-?\d+(?=[,}])/g;
    for (const { line, op } of everything()) {
      // What the implementation saved is its own.
      const rest = (op === 'load' ? line.slice(0, line.indexOf('"state"')) : line).replace(counts, '').replaceAll(/"(?:[^"\\]|\\.)*"/g, '');
      expect(rest.match(/(?<![\d.e+-])-?\d+(?![\d.e])/g) ?? []).toEqual([]);
    }
  });

  test('what is not finite is a string: in the echo, and once in a session’s gradients', () => {
    const spoilt = of('step').filter(({ request }) => (request['gradient'] as unknown[]).some((entry) => typeof entry === 'string'));
    expect(new Set(spoilt.flatMap(({ request }) => (request['gradient'] as unknown[]).filter((entry) => typeof entry === 'string')))).toEqual(
      new Set(['NaN', 'Infinity', '-Infinity']),
    );
    for (const exchanges of [...recorded.values()].flat()) {
      const counts = new Map<unknown, number>();
      for (const { op, request } of exchanges) {
        if (op === 'init') counts.set(request['session'], 0);
        if (op === 'step' && JSON.stringify(request['gradient']).includes('"')) counts.set(request['session'], counts.get(request['session'])! + 1);
      }
      expect(Math.max(0, ...counts.values())).toBeLessThanOrEqual(1);
    }
  });
});
