import { expect, test } from 'vitest';
import { advice } from '../src/gate/advice.js';
import { SubjectFailure, type FailureKind } from '../src/gate/protocol.js';

test.each<[failure: FailureKind, message: string, told: RegExp | null]>([
  ['crashed', '"hello": the process ended with exit status 127: the shell did not find the command', /say what runs it/],
  ['crashed', '"hello": the process ended with exit status 126: the shell may not execute the command', /chmod \+x/],
  ['crashed', '"hello": the process ended with exit status 0', /it should wait for lines; "omg-oracle init" writes/],
  ['timed-out', '"hello": expected an answer within 30 s, got none', /flush after each answer/],
  ['garbled', '"hello": expected a JSON object, got a line that is no JSON', /print to standard error/],
  ['errored', '"hello": exception: no such device', null],
  ['wrong-protocol', 'the gate speaks protocol 1, the implementation 2', null],
])('a command that is %s: %s', (failure, message, told) => {
  const said = advice(new SubjectFailure(failure, message), 'command');
  if (told === null) expect(said).toBeNull();
  else expect(said).toMatch(told);
});

test('a module that ends the process is no command that is wrong', () => {
  expect(advice(new SubjectFailure('crashed', '"hello": the process ended with exit status 0'), 'module')).toBeNull();
});
