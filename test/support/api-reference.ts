import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CompilerState, Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import { math, table } from '../../reports/markdown.js';

// The compiled tests lie three folders below the package.
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** An item of API Extractor's document model, as far as it is used here. */
interface Item {
  readonly kind: string;
  readonly name: string;
  /** "omg-oracle!Space:interface"; with "!~" where it is not exported, but belongs to what is. */
  readonly canonicalReference: string;
  readonly docComment?: string;
  readonly excerptTokens: readonly { readonly text: string }[];
  readonly members?: readonly Item[];
}

/** What can be imported from the package, but for data, and the module that it is. */
const ENTRIES = { gate: 'dist/src/gate/index.d.ts', theory: 'dist/src/theory.d.ts' } as const;

/** Every file of docs/api, by its name: reports of the public interface, as API Extractor reads it from the compiled declarations, and the reference made of them. */
export function apiPages(): ReadonlyMap<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'omg-oracle-api-'));
  try {
    const configs = Object.entries(ENTRIES).map(([name, entry]) => [name, configOf(name, entry, folder)] as const);
    const [[, first]] = configs as [(typeof configs)[number]];
    // Both from one reading of the declarations.
    const compilerState = CompilerState.create(first, { additionalEntryPoints: configs.map(([, { mainEntryPointFilePath }]) => mainEntryPointFilePath) });
    const [gate, theory] = configs.map(([name, config]) => extract(name, config, compilerState)) as [Extracted, Extracted];
    const behind = new Map([...gate.items, ...theory.items].filter((item) => !isExported(item)).map((item) => [item.name, item]));
    return new Map([
      ['README.md', INDEX],
      ['gate.md', page('`omg-oracle/gate`', GATE, gate.items.filter(isExported))],
      ['theory.md', page('`omg-oracle/theory`', THEORY, theory.items.filter(isExported))],
      ['behind.md', page('What the exports are made of', BEHIND, [...behind.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1)))],
      ['gate.api.md', gate.report],
      ['theory.api.md', theory.report],
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function configOf(name: string, entry: string, folder: string): ExtractorConfig {
  const quiet = { default: { logLevel: ExtractorLogLevel.None } };
  return ExtractorConfig.prepare({
    packageJsonFullPath: join(ROOT, 'package.json'),
    configObjectFullPath: undefined,
    configObject: {
      projectFolder: ROOT,
      mainEntryPointFilePath: join(ROOT, entry),
      compiler: { tsconfigFilePath: join(ROOT, 'tsconfig.json') },
      newlineKind: 'lf',
      // What the exported declarations are made of is public, whether it has a name of its own or not.
      apiReport: { enabled: true, includeForgottenExports: true, reportFolder: folder, reportTempFolder: join(folder, 'temporary'), reportFileName: name },
      docModel: { enabled: true, includeForgottenExports: true, apiJsonFilePath: join(folder, `${name}.api.json`) },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: { compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } }, extractorMessageReporting: quiet, tsdocMessageReporting: quiet },
    },
  });
}

interface Extracted {
  readonly report: string;
  readonly items: readonly Item[];
}

function extract(name: string, config: ExtractorConfig, compilerState: CompilerState): Extracted {
  const errors: string[] = [];
  Extractor.invoke(config, {
    localBuild: true,
    compilerState,
    messageCallback(message) {
      if (message.logLevel === ExtractorLogLevel.Error) errors.push(message.text);
      message.handled = true;
    },
  });
  if (errors.length > 0) throw new Error(`expected the declarations under dist to be those of the sources, got ${errors.join('; ')}; run "npm run build"`);
  const { members: [entry] } = JSON.parse(readFileSync(config.apiJsonFilePath, 'utf8')) as { readonly members: readonly [Item] };
  // The report is headed by the package's name, whichever of its entries it is of.
  const report = readFileSync(join(config.reportFolder, config.reportConfigs[0]!.fileName), 'utf8').replace('for "omg-oracle"', `for "omg-oracle/${name}"`);
  return { report, items: (entry.members ?? []).toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
}

const isExported = ({ canonicalReference }: Item): boolean => !canonicalReference.includes('!~');

const INDEX = `# The library

| \`import { … } from\` | What it has |
| --- | --- |
| \`'omg-oracle/gate'\`, or \`'omg-oracle'\` | [gate.md](gate.md): what the module of an optimizer needs, and nothing else |
| \`'omg-oracle/theory'\` | [theory.md](theory.md): claims and their runner, the reference implementations, the four arithmetics |
| \`'omg-oracle/report-schema.json'\` | the JSON Schema of reports ([REPORTS.md](../REPORTS.md)) |

[LIBRARY.md](../LIBRARY.md) has an example; [behind.md](behind.md) is what the exports are made of. In the repository gate.api.md and theory.api.md are the same without words, to see in a review what changes.
Generated from the sources by \`npm run docs\`.
`;

const GATE =
  `What \`import { … } from 'omg-oracle/gate'\` gives, or \`'omg-oracle'\`, and its types; [PROTOCOL.md](../PROTOCOL.md) says what each answer means. Generated from the sources by \`npm run docs\`.`;

const THEORY =
  `What \`import { … } from 'omg-oracle/theory'\` gives, and its types; [LIBRARY.md](../LIBRARY.md) has an example. Algorithms, problems and oracles are the members of \`reference\`:
they, and the types that no export names, are in [behind.md](behind.md).

\`K\` is a space: one of the four arithmetics. A \`Vector<S>\` of \`float64\` is a \`Float64Array\`, and an array elsewhere. Formulas have the paper's names; α<sub>t</sub> is at index t − 1.
Generated from the sources by \`npm run docs\`.`;

const BEHIND =
  `The functions are members of \`reference\`, and the types are theirs and those of the exports, which are in [gate.md](gate.md) and [theory.md](theory.md). Generated from the sources by \`npm run docs\`.`;

function page(title: string, introduction: string, items: readonly Item[]): string {
  // GitHub tells the second of two headings that differ in their case by a number.
  const seen = new Map<string, number>();
  const anchor = ({ name }: Item): string => {
    const key = name.toLowerCase();
    const times = seen.get(key) ?? 0;
    seen.set(key, times + 1);
    return times === 0 ? key : `${key}-${times}`;
  };
  const rows = items.map((item) => [`[\`${item.name}\`](#${anchor(item)})`, KINDS[item.kind] ?? item.kind, firstSentence(item.docComment ?? '')]);
  return [`# ${title}`, introduction, table([['Name', 'Kind', ''], ...rows]).trimEnd(), ...items.map(section)].join('\n\n') + '\n';
}

const KINDS: Readonly<Record<string, string>> = { Interface: 'interface', Function: 'function', TypeAlias: 'type', Variable: 'constant', Class: 'class' };

const code = ({ excerptTokens }: Item): string => excerptTokens.map(({ text }) => text).join('').trim();

function section(item: Item): string {
  const members = (item.members ?? []).filter(({ name }) => name !== undefined);
  const declaration = code(item).replace(/^export (declare )?/, '');
  const rows = members.map((
    member,
  ) => [
    `\`${member.name}\``,
    `\`${code(member).replace(/^readonly /, '').replaceAll(/\s+/g, ' ').replace(/;$/, '').replaceAll('|', '\\|')}\``,
    prose(member.docComment ?? '').replaceAll(/\n+/g, '<br>'),
  ]);
  return [
    `## ${item.name}`,
    prose(item.docComment ?? ''),
    `\`\`\`ts\n${declaration}\n\`\`\``,
    ...(rows.length === 0 ? [] : [table([['Member', 'Declaration', ''], ...rows]).trimEnd()]),
  ].filter((part) => part !== '').join('\n\n');
}

/** A doc comment's lines, without what makes them a comment. */
function lines(comment: string): string[] {
  return comment.replace(/^\s*\/\*\*/, '').replace(/\*\/\s*$/, '').split('\n').map((line) => line.replace(/^\s*\* ?/, '').trimEnd());
}

/** A doc comment as Markdown: code as it is, mathematics set, tags in words. */
function prose(comment: string): string {
  const parts = lines(comment).join('\n').trim().split(/(^```[^]*?^```$)/m);
  return parts.map((part) => (part.startsWith('```') ? part : paragraphs(part))).filter((part) => part !== '').join('\n\n');
}

function paragraphs(text: string): string {
  const tagged = text.replaceAll(/\s*@(returns|throws|param|see)\b\s*/g, (_, tag: string) => `\n\n@${tag} `);
  return tagged.split(/\n\s*\n/).map((paragraph) => paragraph.trim().replaceAll('\n', ' ')).filter((paragraph) => paragraph !== '').map((paragraph) => {
    const [, tag, rest] = /^@(\w+) ([^]*)$/.exec(paragraph) ?? [];
    if (tag === undefined) return inline(paragraph);
    if (tag === 'throws') return `Throws ${inline(rest!.replace(/^\{(\w+)\}/, '`$1`:'))}`;
    return tag === 'param' ? inline(rest!.replace(/^(\w+)(?: -)? /, '`$1`: ')) : `${tag === 'returns' ? 'Returns' : 'See'} ${inline(rest!)}`;
  }).join('\n\n');
}

/** Code between backticks stays, and links to other items become code. */
function inline(text: string): string {
  return text.replaceAll(/\{@link ([^}]+)\}/g, '`$1`').split(/(`[^`]*`)/).map((part) => (part.startsWith('`') ? part : math(part))).join('').trim();
}

function firstSentence(comment: string): string {
  const [first = ''] = prose(comment).split('\n\n');
  // "Eq. (4)" does not end one.
  return /^(```|Throws |Returns )/.test(first) ? '' : (/^[^]*?(?<!Eq)[.:](?=\s|$)/.exec(first)?.[0] ?? first).replace(/[.:]$/, '');
}
