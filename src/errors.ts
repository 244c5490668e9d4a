/**
 * The closed table of errors that end a reconcile, and what follows from each.
 * retry: `backoff` comes back by itself, growing; `change` waits until spec, source or a referenced object changes.
 */
const TABLE = {
  SOURCE_NOT_READY: { reason: "SourceNotReady", retry: "change" },
  VARIABLES_NOT_READY: { reason: "VariablesNotReady", retry: "backoff" },
  GIT_UNREACHABLE: { reason: "GitUnreachable", retry: "backoff" },
  GIT_UNAUTHORIZED: { reason: "GitUnauthorized", retry: "backoff" },
  GIT_REF_NOT_FOUND: { reason: "RefNotFound", retry: "backoff" },
  GIT_PROTOCOL: { reason: "GitProtocolFailed", retry: "backoff" },
  GIT_PACK_INVALID: { reason: "GitPackInvalid", retry: "backoff" },
  LIMIT_EXCEEDED: { reason: "LimitExceeded", retry: "change" },
  CREDENTIALS_INVALID: { reason: "CredentialsInvalid", retry: "backoff" },
  PATH_NOT_FOUND: { reason: "PathNotFound", retry: "change" },
  BUILD_FAILED: { reason: "BuildFailed", retry: "change" },
  EMPTY_RENDER: { reason: "EmptyRender", retry: "change" },
  SPEC_INVALID: { reason: "SpecInvalid", retry: "change" },
  OBSERVE_FAILED: { reason: "ObserveFailed", retry: "backoff" },
  RECORD_FAILED: { reason: "RecordFailed", retry: "backoff" },
  INTERNAL: { reason: "InternalError", retry: "backoff" },
} as const;

/** Name of a row of the error table. */
export type ErrorCode = keyof typeof TABLE;

/** When a failed reconcile comes back: with growing delay, or only when something it depends on changes. */
export type Retry = "backoff" | "change";

/** Where in fetched content a problem sits; line and column count from 1. */
export interface Position {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** `overlays/prod/kustomization.yaml:12:3`, as far as it is known. */
export function formatPosition(position: Position): string {
  const { file, line, column } = position;
  return `${file}${line === undefined ? "" : `:${line}`}${line === undefined || column === undefined ? "" : `:${column}`}`;
}

/** Characters of a line of a message: what it quotes may be hostile, and ends up in a status. */
const MAX_LINE = 2000;

const cut = (message: string): string => (message.length <= MAX_LINE ? message : message.split("\n").map((line) => (line.length <= MAX_LINE ? line : `${line.slice(0, MAX_LINE)}…`)).join("\n"));

/** An error with a row in the table: code, the condition reason it becomes, its retry behaviour and its position. */
export class ReconcileError extends Error {
  readonly code: ErrorCode;
  readonly position: Position | undefined;

  /** `message`: lower case, the thing, the cause, the fix; the position is put in front of it. */
  constructor(code: ErrorCode, message: string, options: { position?: Position | undefined; cause?: unknown } = {}) {
    const where = options.position === undefined ? "" : `${formatPosition(options.position)}: `;
    super(cut(withoutControls(`${where}${message}`)), options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "ReconcileError";
    this.code = code;
    this.position = options.position;
  }

  /** The condition reason of this error. */
  get reason(): string {
    return TABLE[this.code].reason;
  }

  /** When the reconcile comes back. */
  get retry(): Retry {
    return TABLE[this.code].retry;
  }
}

/** What a source wrote may steer the terminal that it is shown on; line breaks and tabs are text. */
const withoutControls = (text: string): string => text.replace(/[^\P{Cc}\t\n]|\p{Bidi_Control}/gu, "");

/** Several problems found in one pass, all of them told. */
export function combineErrors(code: ErrorCode, problems: readonly ReconcileError[]): ReconcileError {
  const [first] = problems;
  if (problems.length === 1 && first !== undefined) return first;
  const text = problems.map((problem) => problem.message).join("\n");
  return new ReconcileError(code, text, { cause: new AggregateError(problems) });
}

/** One field of an object that the API server found fault with. */
export interface ApiErrorCause {
  readonly field?: string;
  readonly reason?: string;
  readonly message?: string;
}

/** An answer of the API server that is not a success, as its Status object tells it. */
export class KubeApiError extends Error {
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** The Status object's reason, such as `NotFound`, `Conflict`, `Invalid`, `Forbidden`, `Expired`. */
  readonly reason: string;
  readonly causes: readonly ApiErrorCause[];
  /** What the server asked us to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(status: number, reason: string, message: string, options: { causes?: readonly ApiErrorCause[]; retryAfterMs?: number | undefined; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "KubeApiError";
    this.status = status;
    this.reason = reason;
    this.causes = options.causes ?? [];
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** True for an API error with this HTTP status. */
export function isApiStatus(error: unknown, status: number): error is KubeApiError {
  return error instanceof KubeApiError && error.status === status;
}

/** The text of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
