/** Where in a template file an error sits. */
export interface ErrorPlace {
  /** Name of the file as it was parsed. */
  readonly templateName: string;
  /** From 1. */
  readonly line: number;
  /** Bytes since the line began, from 0, as Go counts; undefined for errors of parsing. */
  readonly column?: number | undefined;
}

/** What Go's text/template says about a template that does not parse or whose execution failed; the message is Go's text. */
export class TemplateError extends Error {
  readonly templateName: string;
  readonly line: number;
  readonly column: number | undefined;
  /** Values that the message may quote; not for those who must not see secrets. */
  readonly quoted: readonly string[];

  constructor(message: string, place: ErrorPlace, cause?: unknown, quoted: readonly string[] = []) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "TemplateError";
    this.templateName = place.templateName;
    this.line = place.line;
    this.column = place.column;
    this.quoted = quoted;
  }
}
