import { ReconcileError, type Position } from "../../../src/errors.ts";
import type { GoValue } from "../go/value.ts";
import type { Environment } from "./environment.ts";
import { Output } from "./output.ts";
import { isStackOverflow, State } from "./state.ts";
import type { Template } from "./template.ts";

/** A limit of the render that was reached, the message without its place. */
export class LimitError extends ReconcileError {
  readonly reasonText: string;

  constructor(message: string, position: Position, cause: unknown) {
    super("LIMIT_EXCEEDED", message, { position, cause });
    this.reasonText = message;
  }
}

/** The text that a template makes of some data. Throws TemplateError, and ReconcileError LIMIT_EXCEEDED where templates nest too deep or the scope says so. */
export function execute(template: Template, data: GoValue, environment: Environment): string {
  const output = new Output(environment.scope, environment.marks);
  const state = new State(environment, template, output, data, 0);
  try {
    template.root.run(state);
    return output.finish();
  } catch (error) {
    if (isStackOverflow(error)) throw limit(state, "templates, includes or values nest too deep; look for one that calls itself without an end");
    if (error instanceof ReconcileError && error.code === "LIMIT_EXCEEDED" && error.position === undefined) throw limit(state, error.message, error);
    throw error;
  }
}

/** What stops the whole render, at the place where that was noticed, under the template's own name. */
function limit({ node: { source, pos } }: State, message: string, cause?: unknown): ReconcileError {
  return new LimitError(message, { file: source.name, line: source.lineAt(pos), column: source.columnAt(pos) + 1 }, cause);
}
