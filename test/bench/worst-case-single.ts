/** One statement on standard input, its certified bound and seconds on standard output: a process to be timed. The word is `needed` or `all`. */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import type { Statement } from '../../oracles/performance-estimation/certificate.js';
import { worstCase } from '../../oracles/performance-estimation/worst-case.js';
import { rational } from '../../src/arithmetic/rational.js';

const question = JSON.parse(readFileSync(0, 'utf8')) as Statement;
const begun = performance.now();
const { certificate } = worstCase(question, { pairs: process.argv[2] === 'all' ? 'all' : 'needed', theory: false });
const solve = (performance.now() - begun) / 1000;
process.stdout.write(JSON.stringify({ bound: certificate === null ? null : rational.toNumber(rational.from(certificate.bound)), seconds: { solve } }));
