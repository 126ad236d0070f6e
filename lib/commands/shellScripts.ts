// What a shell sources: a function `gestalt` that runs this checkout from any folder, and its completion at TAB.
import { pathToFileURL } from 'node:url';
import { fromRoot } from '../files';
import { quoted } from '../shellWord';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof SHELLS)[number];

/** The script for a shell. Each asks `gestalt complete -- <words>` and, without an answer, offers files. */
export function shellScript(shell: Shell): string {
  return { bash: bashScript, zsh: zshScript, fish: fishScript }[shell]();
}

/** Needs no bash-completion. Bash cuts words at `:` and `=`, which stand in ours: what is before them is typed already. */
function bashScript(): string {
  return `gestalt() { ${call(quoted)} "$@"; }
_gestalt() {
  local line="\${COMP_LINE:0:COMP_POINT}" words last typed IFS
  IFS=$' \\t\\n' read -ra words <<< "$line"
  [[ "$line" == *[[:space:]] ]] && words+=("")
  last="\${words[\${#words[@]}-1]}"
  typed="\${last%"\${last##*[:=]}"}"
  IFS=$'\\n'
  COMPREPLY=($(gestalt complete -- "\${words[@]:1}" 2>/dev/null))
  COMPREPLY=("\${COMPREPLY[@]#"$typed"}")
}
complete -o default -F _gestalt gestalt
`;
}

function zshScript(): string {
  return `gestalt() { ${call(quoted)} "$@" }
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
_gestalt() {
  local -a known
  known=("\${(@f)$(gestalt complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  known=("\${(@)known:#}")
  (( $#known )) && compadd -a known || _files
}
compdef _gestalt gestalt
`;
}

function fishScript(): string {
  return `function gestalt
  ${call(quotedForFish)} $argv
end
function __gestalt_complete
  set -l words (commandline -opc)
  set -l last (commandline -ct)
  set -l known (gestalt complete -- $words[2..-1] "$last" 2>/dev/null)
  if test (count $known) -gt 0
    printf '%s\\n' $known
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c gestalt -f -a '(__gestalt_complete)'
`;
}

/** Node with tsx, found from any folder. */
function call(quoted: (text: string) => string): string {
  const loader = pathToFileURL(require.resolve('tsx')).href;
  return `node --import ${quoted(loader)} ${quoted(fromRoot('lib', 'cli.ts'))}`;
}

function quotedForFish(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
