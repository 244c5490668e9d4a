/** `Kind.group`, the core group without a dot: how ApplySet writes a group-kind. */
export function groupKind(group: string, kind: string): string {
  return group === "" ? kind : `${kind}.${group}`;
}

/** The reverse of groupKind. */
export function parseGroupKind(text: string): { readonly group: string; readonly kind: string } {
  const dot = text.indexOf(".");
  return dot < 0 ? { group: "", kind: text } : { group: text.slice(dot + 1), kind: text.slice(0, dot) };
}
