import { existsSync } from 'node:fs';
import process from 'node:process';

/** The browser of CHROMIUM, or else one at a place where it is installed, and a line on standard output where there is none, so that a skip is seen. */
export function chromium(): string | null {
  const given = process.env['CHROMIUM'];
  const candidates = given !== undefined && given !== ''
    ? [given]
    : ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];
  const found = candidates.find((path) => existsSync(path)) ?? null;
  if (found === null) process.stdout.write('skipped: no Chromium\n');
  return found;
}

/** Headless, alone, and without a word to anybody. */
export const CHROMIUM_ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
] as const;
