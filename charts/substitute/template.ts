/**
 * Texts with variables, in the notation of a shell: `${NAME}`, `${NAME:-other}` and `${NAME:=other}` (what stands for a
 * variable that is not set or empty), `${NAME-other}` and `${NAME=other}` (not set), `$${NAME}` (the text `${NAME}`). A
 * default may hold variables. A dollar sign that no brace follows is a dollar sign. Source: POSIX.1-2024 XCU 2.6.2, of
 * which these forms are what Flux calls post-build variables.
 */

/** A piece of a text. */
export type Piece = string | Variable;

/** One place where a variable stands. */
export interface Variable {
  readonly name: string;
  /** What stands for it where it is missing; undefined: it has to be there. */
  readonly fallback: readonly Piece[] | undefined;
  /** An empty value counts as missing. */
  readonly orEmpty: boolean;
}

/** The text is no template. */
export class TemplateError extends Error {}

const NAME = /^[A-Za-z_]\w*/;
const MAX_DEPTH = 10;

/** The pieces of a text. Throws TemplateError with what is wrong and how to write what was meant. */
export function parseTemplate(text: string): readonly Piece[] {
  const reader = { text, at: 0 };
  return readPieces(reader, 0);
}

/** True where a text may hold a variable, or the notation of one. */
export const mayHoldVariable = (text: string): boolean => text.includes("${");

interface Reader {
  readonly text: string;
  at: number;
}

function readPieces(reader: Reader, depth: number): Piece[] {
  const pieces: Piece[] = [];
  let literal = "";
  while (reader.at < reader.text.length) {
    if (depth > 0 && reader.text[reader.at] === "}") break;
    if (reader.text.startsWith("$${", reader.at)) literal += readEscaped(reader);
    else if (reader.text.startsWith("${", reader.at)) {
      if (literal !== "") pieces.push(literal);
      literal = "";
      pieces.push(readVariable(reader, depth));
    } else literal += reader.text[reader.at++] ?? "";
  }
  if (literal !== "") pieces.push(literal);
  return pieces;
}

function readEscaped(reader: Reader): string {
  reader.at += 3;
  return "${";
}

function readVariable(reader: Reader, depth: number): Variable {
  if (depth >= MAX_DEPTH) throw new TemplateError(`has defaults nested more than ${MAX_DEPTH} deep`);
  const start = reader.at;
  const shown = reader.text.slice(start, start + 40).split("\n")[0] ?? "";
  const name = NAME.exec(reader.text.slice(start + 2, start + 258))?.[0];
  if (name === undefined) throw new TemplateError(`"${shown}" names no variable; write $\${ where \${ is meant as text`);
  reader.at = start + 2 + name.length;
  const [, operator] = /^(:?[-=])/.exec(reader.text.slice(reader.at, reader.at + 2)) ?? [];
  if (operator !== undefined) reader.at += operator.length;
  const fallback = operator === undefined ? undefined : readPieces(reader, depth + 1);
  if (reader.text[reader.at] !== "}") throw new TemplateError(endProblem(reader, name, shown));
  reader.at += 1;
  return { name, fallback, orEmpty: operator?.startsWith(":") === true };
}

function endProblem({ text, at }: Reader, name: string, shown: string): string {
  if (at >= text.length) return `"${shown}" has no closing brace; write $\${ where \${ is meant as text`;
  return `"${shown}" has something behind ${name} that is not supported; known are \${${name}}, \${${name}:-default} and \${${name}:=default}; write $\${ where \${ is meant as text`;
}
