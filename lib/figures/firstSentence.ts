/** Of a caption: says what is shown, before how to read it and where it comes from. An abbreviation is not followed by a capital letter. */
export function firstSentence(caption: string): string {
  return /^.*?\.(?= [\p{Lu}"])/su.exec(caption)?.[0] ?? caption;
}
