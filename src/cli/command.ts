/** What a command gets from the process. Everything else it needs it makes itself. */
export interface CommandContext {
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by SIGINT and SIGTERM; a second signal ends the process at once. */
  readonly signal: AbortSignal;
  /** Puts a question to whoever sits at the terminal; absent where nobody does. */
  readonly ask?: ((question: string) => Promise<string>) | undefined;
}

/** A stream that text is written to. */
export interface TextOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Runs a command and answers with its exit code: 0 done, 1 failed, 2 (plan, uninstall) there are changes that were not made. */
export type RunCommand<Options> = (options: Options, context: CommandContext) => Promise<number>;

/** A mistake in the command line: told in one line with a hint at --help. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}
