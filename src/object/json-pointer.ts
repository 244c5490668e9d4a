/** One step of a JSON pointer (RFC 6901): `/` and `~` in a name are written `~1` and `~0`. */

/** A name as it stands in a pointer. */
export function escapeStep(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** The reverse of escapeStep. */
export function unescapeStep(text: string): string {
  return text.replaceAll("~1", "/").replaceAll("~0", "~");
}
