// Words of a command line that a shell reads.

/** As one word, whatever is in it, for sh, bash and zsh. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A command that can be pasted: words are quoted where a shell would read them otherwise. */
export function commandLineOf(words: readonly string[]): string {
  return words.map((word) => (/^[\w./:=,@%+-]+$/.test(word) ? word : quoted(word))).join(' ');
}
