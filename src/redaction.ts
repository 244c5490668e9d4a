/** The second net under secrets: nothing secret should get into a log line; what does is covered here. Pure. */
import type { LogFields } from "./ports.ts";

const COVERED = "[redacted]";

/** Field names whose value is covered whatever it is. */
const SECRET_FIELD = /^(password|passphrase|token|authorization|cookie|private-?_?key|client-?_?secret|api-?_?key|access-?_?key|bearer)$/i;

/** Shapes of secrets inside text, each with what stays to be seen of it. None begins inside of what it would match, so that no text takes long. */
const SECRET_TEXT: readonly (readonly [RegExp, string])[] = [
  [/(?<![a-z0-9+.-])([a-z0-9+.-]+:\/\/)[^/\s@]+@/gi, `$1${COVERED}@`], // credentials in a URL
  [/\b(bearer|basic|negotiate)\s+[a-z0-9+/_.~=-]{8,}/gi, `$1 ${COVERED}`], // an Authorization header
  [/(?<![a-z0-9_-])eyJ[a-z0-9_-]{8,}\.[a-z0-9_-]{8,}\.[a-z0-9_-]*/gi, COVERED], // a JSON Web Token
  [/-----BEGIN ([A-Z ]*)PRIVATE KEY-----[\s\S]*?(-----END \1PRIVATE KEY-----|$)/g, COVERED],
  [/\b(gh[pousr]_[a-z0-9]{20,}|github_pat_[a-z0-9_]{20,}|glpat-[a-z0-9_-]{16,}|xox[abprs]-[a-z0-9-]{10,})/gi, COVERED], // tokens of Git hosts and Slack
];

/** Text without what looks like a secret. */
export function redactText(text: string): string {
  return SECRET_TEXT.reduce((clean, [pattern, replacement]) => clean.replace(pattern, replacement), text);
}

/** Log fields without secrets: covered by their name or by their shape. */
export function redactFields(fields: LogFields): LogFields {
  const clean = Object.entries(fields).map(([name, value]): [string, LogFields[string]] => {
    if (value !== undefined && SECRET_FIELD.test(name)) return [name, COVERED];
    return [name, typeof value === "string" ? redactText(value) : value];
  });
  return Object.fromEntries(clean);
}
