import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeLists, decodeMembers, decodeNumbers, decodeObject, decodeOneOf, decodeString, encodeJson, encodeNumber, encodeNumbers, memberText } from '../src/gate/json-lines.js';
import { SubjectFailure } from '../src/gate/protocol.js';
import type { Json } from '../src/verdict.js';

/** Every double there is, NaNs as one: two words of 32 bits. */
const anyDouble = fc.tuple(fc.nat(2 ** 32 - 1), fc.nat(2 ** 32 - 1)).map((words) => new Float64Array(Uint32Array.from(words).buffer)[0]!);
const doubles = fc.oneof(anyDouble, fc.double(), fc.integer(), fc.constantFrom(-0, 0, Number.NaN, Infinity, -Infinity, 5e-324, Number.MAX_VALUE, 1e21, 1e23, 2 ** 53));

const garbled = (message: string): unknown => expect.objectContaining({ failure: 'garbled', message });
function thrown(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}

describe('doubles', () => {
  test('come back bit for bit', () => {
    fc.assert(
      fc.property(fc.array(doubles), (numbers) => {
        const list = Float64Array.from(numbers);
        const back = decodeNumbers(decodeObject(`{"v":${encodeNumbers(list)}}`)['v'], 'v', list.length);
        expect([...back]).toEqual([...list]);
        expect(back.every((x, i) => Object.is(x, list[i]))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test('are the shortest decimal, with a point or an exponent, one by one and in a list', () => {
    fc.assert(
      fc.property(doubles, (x) => {
        const text = encodeNumber(x);
        expect(encodeNumbers([x, x])).toBe(`[${text},${text}]`);
        if (!Number.isFinite(x)) {
          expect(text).toBe(`"${x}"`);
          return;
        }
        expect(text).toMatch(/[.e]/);
        expect(text.length).toBeLessThanOrEqual(JSON.stringify(x).length + 3);
        expect(Object.is(Number(text), x)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test('in so many words', () => {
    expect(encodeNumbers([0.1, -0, 5e-324, Number.MAX_VALUE, 3, 1e21, Number.NaN, -Infinity])).toBe('[0.1,-0.0,5e-324,1.7976931348623157e+308,3.0,1e+21,"NaN","-Infinity"]');
    expect(encodeNumbers(Float64Array.of(0.5, 1 / 3))).toBe('[0.5,0.3333333333333333]');
    expect(encodeNumbers([])).toBe('[]');
  });
});

test('plain data comes back, its numbers as doubles', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    expect(JSON.parse(encodeJson(value as Json))).toEqual(value);
  }));
  expect(encodeJson({ learningRate: 1, list: [-0, Number.NaN], 'a"b': null, nesterov: true })).toBe('{"learningRate":1.0,"list":[-0.0,"NaN"],"a\\"b":null,"nesterov":true}');
});

describe('what is refused, and in which words', () => {
  test.each([
    ['', 'expected a JSON object, got a line that is no JSON, which is empty'],
    [' \r', 'expected a JSON object, got a line that is no JSON, which is empty'],
    ['{"x":[nan]}', 'expected a JSON object, got a line that is no JSON: not-finite numbers are written as the strings "NaN", "Infinity", "-Infinity"'],
    ['{"x": -Infinity}', 'expected a JSON object, got a line that is no JSON: not-finite numbers are written as the strings "NaN", "Infinity", "-Infinity"'],
    ['{"x":1', 'expected a JSON object, got a line that is no JSON'],
    ['{} {}', 'expected a JSON object, got a line that is no JSON'],
    ['"a\\u0007"', 'expected a JSON object, got the string "a\\u0007"'],
    ['false', 'expected a JSON object, got false'],
  ])('the line %j', (line, message) => {
    expect(thrown(() => decodeObject(line))).toEqual(garbled(message));
  });

  test.each([
    ['[1,2,3]', 'expected 2 numbers in "query", got 3'],
    ['[1]', 'expected 2 numbers in "query", got 1'],
    ['[1,null]', 'expected doubles in "query", got null'],
    ['[1,"1"]', 'expected doubles in "query", got the string "1"'],
    ['[1,"nan"]', 'expected doubles in "query", got the string "nan"'],
    ['[-1e999,1]', 'expected doubles in "query", got a number that overflows'],
    ['[[],{}]', 'expected doubles in "query", got a list'],
    ['"NaN"', 'expected a list of 2 doubles in "query", got the string "NaN"'],
    ['{"length":2}', 'expected a list of 2 doubles in "query", got an object'],
  ])('%s for two numbers', (text, message) => {
    expect(thrown(() => decodeNumbers(JSON.parse(text), 'query', 2))).toEqual(garbled(message));
  });

  test('other members', () => {
    expect(thrown(() => decodeNumbers(undefined, 'meta'))).toEqual(garbled('expected a list of any number of doubles in "meta", got nothing'));
    expect(thrown(() => decodeNumbers([], 'x', 1))).toEqual(garbled('expected 1 number in "x", got 0'));
    expect(thrown(() => decodeLists(7, 'xs', 2, 1))).toEqual(garbled('expected a list of 2 lists in "xs", got 7'));
    expect(thrown(() => decodeLists([[1]], 'xs', 2, 1))).toEqual(garbled('expected 2 lists in "xs", got 1'));
    expect(thrown(() => decodeLists([[1], [1, 2]], 'xs', 2, 1))).toEqual(garbled('expected 1 number in "xs[1]", got 2'));
    expect(decodeLists([[1], ['NaN']], 'xs', 2, 1)).toEqual([Float64Array.of(1), Float64Array.of(Number.NaN)]);
    expect(thrown(() => decodeString(1, 'name'))).toEqual(garbled('expected a string in "name", got 1'));
    expect(thrown(() => decodeString(undefined, 'name'))).toEqual(garbled('expected a string in "name", got nothing'));
    expect(decodeString(undefined, 'version', 'none')).toBe('none');
    expect(thrown(() => decodeMembers([], 'error'))).toEqual(garbled('expected an object in "error", got a list'));
    expect(thrown(() => decodeOneOf('c', 'dtype', ['a', 'b']))).toEqual(garbled('expected "a" or "b" in "dtype", got the string "c"'));
  });

  test('whatever the line: an object, or garbage', () => {
    const lines = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.array(fc.constantFrom('{', '}', '[', ']', '"', ',', ':', '\\', '1', 'e', '-', 'null', '"x"', ' ')).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(lines, (line) => {
        try {
          const members = decodeObject(line);
          expect(Object.keys(members)).toEqual(Object.keys(JSON.parse(line) as object));
        } catch (error) {
          expect(error).toBeInstanceOf(SubjectFailure);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the text of a member', () => {
  test('is what stands in the line', () => {
    expect(memberText('{"id":1,"ok":true,"state":{"big":1180591620717411303424,"one":1.0,"s":"],}\\"{"} , "x":[1]}', 'state')).toBe(
      '{"big":1180591620717411303424,"one":1.0,"s":"],}\\"{"}',
    );
    expect(memberText('{"state":"state","other":{"state":1}}', 'state')).toBe('"state"');
    expect(memberText('{"other":"state","more":["state",2]}', 'state')).toBeNull();
    expect(memberText('{ "st\\u0061te" : -1e3 }\r', 'state')).toBe('-1e3');
    expect(memberText('{"state":1,"state":null}', 'state')).toBe('null');
    expect(memberText('{"":0}', '')).toBe('0');
    expect(memberText('{}', 'state')).toBeNull();
  });

  test('is the member that JSON.parse finds', () => {
    const names = fc.constantFrom('state', 'stat', 'a"b\\', '', '{', '__proto__');
    fc.assert(
      fc.property(fc.array(fc.tuple(names, fc.json(), fc.constantFrom('', ' ')), { maxLength: 5 }), names, (members, name) => {
        const line = `{${members.map(([key, value, space]) => `${space}${JSON.stringify(key)}${space}:${space}${value}`).join(',')}}`;
        const text = memberText(line, name);
        const object = JSON.parse(line) as Record<string, unknown>;
        expect(text === null ? undefined : JSON.parse(text)).toEqual(Object.hasOwn(object, name) ? object[name] : undefined);
      }),
      { numRuns: 1000 },
    );
  });
});
