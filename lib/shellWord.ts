// Words of a command line that a shell reads.

/** As one word, whatever is in it, for sh, bash and zsh. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A command that can be pasted, behind the variables that it needs: words are quoted where a shell would read them otherwise. */
export function commandLineOf(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): string {
  const settings = Object.entries(environment).map(([name, value]) => `${name}=${asWord(value)}`);
  return [...settings, ...words.map(asWord)].join(' ');
}

function asWord(text: string): string {
  return /^[\w./:=,@%+-]+$/.test(text) ? text : quoted(text);
}
