// Prints the list of materials of a release, as CycloneDX: the package and all that it brings, in the versions of package-lock.json.
// `npm sbom --omit dev` leaves out what is needed for the package as well as for its development: npm is shown neither, so that it leaves out nothing.
import { execSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

const read = (name) => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'));
const needed = ({ devDependencies: _dev, ...rest }) => rest;
const lock = read('package-lock.json');
lock.packages = Object.fromEntries(Object.entries(lock.packages).filter(([, { dev = false }]) => !dev).map(([path, locked]) => [path, path === '' ? needed(locked) : locked]));

const place = mkdtempSync(join(tmpdir(), 'omg-oracle-sbom-'));
// npm takes the folder's name for the package's.
const folder = join(place, 'omg-oracle');
try {
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify(needed(read('package.json'))));
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
  process.stdout.write(execSync('npm sbom --package-lock-only --sbom-format cyclonedx', { cwd: folder, maxBuffer: 2 ** 26 }));
} finally {
  rmSync(place, { recursive: true });
}
