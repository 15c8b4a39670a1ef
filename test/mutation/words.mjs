import { PluginKind, declareValuePlugin } from '@stryker-mutator/api/plugin';

/**
 * Strings are not mutated: they are prose that people read (statements, names of terms, messages), or words of a type
 * ('greedy', 'rational') of which tsc refuses any other. Numbers that are written as strings are: K.from('1/3').
 */
export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'words', {
  shouldIgnore(path) {
    if (!path.isStringLiteral() && !path.isTemplateLiteral()) return undefined;
    const { parentPath } = path;
    const number = parentPath?.isCallExpression() && parentPath.get('callee').isMemberExpression() && parentPath.get('callee.property').isIdentifier({ name: 'from' });
    return number ? undefined : 'prose, or a word of a type';
  },
})];
