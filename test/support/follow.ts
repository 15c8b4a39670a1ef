import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { parse } from 'yaml';
import { ROOT, blocksOf, expectPrinted, shell, writeBlock } from './documents.js';

interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly run?: string;
}

/** The workflow in a clone on GitHub: its scripts as a runner has them, where the action left the report of the run before; and its inputs as the action knows them. */
function runWorkflow(yaml: string, folder: string, environment: NodeJS.ProcessEnv): void {
  const { jobs } = parse(yaml) as { readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>> };
  const { inputs } = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8')) as { readonly inputs: Readonly<Record<string, { readonly default: string }>> };
  const steps = Object.values(jobs).flatMap((job) => job.steps);
  const ours = steps.find(({ uses }) => uses?.startsWith('OWNER/omg-oracle@') === true)!;
  expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(ours.with!)));
  const remote = join(folder, '.remote.git');
  const prepare = [
    `git init --quiet --bare '${remote}'`,
    'git init --quiet --initial-branch main',
    `git remote add origin '${remote}'`,
    'git add optimizer.mjs omg-oracle.expected.json',
    'git -c user.name=me -c user.email=me@localhost commit --quiet -m optimizer',
    // Each step has its own file in a runner; here one does for all.
    `export GITHUB_EVENT_NAME=push GITHUB_ENV='${join(folder, '.environment')}'`,
    `cp -r reports/out ${inputs['out']!.default}`,
    ...steps.flatMap(({ run }) => (run === undefined ? [] : [run])),
  ];
  expect(shell(prepare.join('\n'), folder, environment)).toMatchObject({ status: 0 });
  expect(readFileSync(join(folder, '.environment'), 'utf8')).toBe('SEED=1\n');
}

/** Does what docs/TUTORIAL.md says, from the first line to the last: writes its files, runs its commands, and compares what is printed. */
export function followTutorial(folder: string, environment: NodeJS.ProcessEnv): void {
  const blocks = blocksOf('docs/TUTORIAL.md');
  let told = '';
  const done = new Set<string>();
  for (const [i, { language, words, text, line }] of blocks.entries()) {
    const where = `docs/TUTORIAL.md:${line}`;
    if (language === 'js') writeBlock(folder, words[0]!, text);
    else if (language === 'yaml') runWorkflow(text, folder, environment);
    else if (language === 'text') expectPrinted(told, text, where);
    else if (language === 'sh') {
      const { status, stdout, stderr } = shell(text, folder, environment);
      const wanted = Number(words.find((word) => word.startsWith('exit='))?.slice('exit='.length) ?? 0);
      expect(status, `${where}\n${stdout}\n${stderr}`).toBe(wanted);
      told = stdout;
      // What is not shown printed nothing.
      if (blocks[i + 1]?.language !== 'text') expect(stdout, where).toBe('');
    } else expect(language, where).toBe('md');
    done.add(language);
  }
  expect([...done].toSorted()).toEqual(['js', 'md', 'sh', 'text', 'yaml']);
}

/**
 * Runs every command of README.md but those that install, in order; what is shown behind them is printed, and "exit status 1" is the status.
 *
 * @param few options for `verify`, which takes a minute without, and the status that it then ends with
 */
export function followReadme(folder: string, environment: NodeJS.ProcessEnv, few: readonly [options: string, status: number]): void {
  let told = '';
  const done: string[] = [];
  const run = (command: string, ends = 0): void => {
    const [asked, wanted] = command.endsWith(' verify') ? [`${command} ${few[0]}`, few[1]] : [command, ends];
    const { status, stdout, stderr } = shell(asked, folder, environment);
    expect(status, `${asked}\n${stdout}\n${stderr}`).toBe(wanted);
    expect(stderr, asked).not.toMatch(/warn/i);
    told = stdout;
    done.push(command.replaceAll(/^npx omg-oracle | .*/g, ''));
  };
  for (const { language, text } of blocksOf('README.md')) {
    if (language === 'sh') {
      // A comment is of the commands below it, and an exit status that it names of the last of them.
      for (const group of text.trimEnd().split(/^(?=# )/mu)) {
        const [comment = '', ...commands] = group.trimEnd().split('\n');
        expect(comment).toMatch(/^# /);
        const status = Number(/exit status (\d)/.exec(comment)?.[1] ?? 0);
        // `npm cit` is what runs this.
        for (const [i, line] of commands.entries()) if (line !== 'npm cit') run(line.replace(/^npm ci && /, ''), i === commands.length - 1 ? status : 0);
      }
    } else if (text.startsWith('$ ')) {
      const [command, ...lines] = text.split('\n');
      run(command!.replace('$ ', ''));
      expectPrinted(told, lines.join('\n'), 'README.md');
    } else expectPrinted(told, text, 'README.md');
  }
  expect(done).toEqual(['verify', 'worst-case', 'init', 'gate', 'perl', 'gate']);
}
