/** Text with `*` for any text, matched in one pass, so that no pattern takes long. Undefined matches everything. */
export function textGlob(glob: string | undefined): (text: string) => boolean {
  if (glob === undefined || glob === "*") return () => true;
  if (!glob.includes("*")) return (text) => text === glob;
  const parts = glob.split("*");
  const [first = "", last = ""] = [parts[0], parts.at(-1)];
  const middle = parts.slice(1, -1);
  return (text) => {
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    const inner = text.slice(first.length, text.length - last.length);
    let from = 0;
    for (const part of middle) {
      const at = inner.indexOf(part, from);
      if (at < 0) return false;
      from = at + part.length;
    }
    return true;
  };
}
