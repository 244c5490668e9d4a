import { messageOf, ReconcileError } from "../../../src/errors.ts";
import { quote } from "../go/strconv.ts";
import type { GoValue } from "../go/value.ts";
import type { Environment } from "./environment.ts";
import type { Node } from "./node.ts";
import type { Output } from "./output.ts";
import { TemplateError } from "./template-error.ts";
import type { Template } from "./template.ts";

/** One template being executed. Go tells the nil of an `interface {}` (boxed) from no value at all; both are null here, and the flags say which. */
export class State {
  readonly environment: Environment;
  readonly template: Template;
  readonly output: Output;
  /** How many `{{template}}` are around this one. */
  readonly depth: number;
  /** By slot, see Scope; undefined where no declaration has run yet. Slot 0 is `$`. */
  readonly variables: (GoValue | undefined)[];
  /** What is being evaluated: where an error sits. */
  node: Node;
  dot: GoValue;
  /** The dot lies in a list or map of `interface {}`, as `range` gives it. */
  isDotBoxed = false;
  /** The nil that was last given is that of an `interface {}`. */
  isNilBoxed = false;
  /** What the value that names led to last lies in; undefined where there was no name. */
  holder: GoValue | undefined;

  constructor(environment: Environment, template: Template, output: Output, dot: GoValue, depth: number) {
    this.environment = environment;
    this.template = template;
    this.output = output;
    this.depth = depth;
    this.dot = dot;
    this.node = template.root;
    this.variables = [dot];
  }

  /** Ends the execution with Go's error for the node at hand. `quoted`: values that the message may quote. */
  fail(message: string, cause?: unknown, quoted?: readonly GoValue[]): never {
    const { source, pos } = this.node;
    const place = { templateName: source.name, line: source.lineAt(pos), column: source.columnAt(pos) };
    throw new TemplateError(`template: ${place.templateName}:${place.line}:${place.column}: executing ${quote(this.template.name)} at <${String(this.node)}>: ${message}`, place, cause, quoted?.filter((value) => typeof value === "string"));
  }

  /** Ends the execution because a function threw, which was given the values. What stops the whole render goes through as it is. */
  failCall(name: string, error: unknown, values?: readonly GoValue[]): never {
    if (error instanceof ReconcileError || isStackOverflow(error)) throw error;
    if (isTooLarge(error)) throw new ReconcileError("LIMIT_EXCEEDED", `${name} makes more than fits into the memory; look for a range, include or tpl that multiplies`, { cause: error });
    return this.fail(`error calling ${name}: ${messageOf(error)}`, error, values);
  }
}

/** True for the error of JavaScript's own stack. */
export const isStackOverflow = (error: unknown): boolean => (error instanceof RangeError && error.message.includes("call stack")) || (error instanceof SyntaxError && error.message.endsWith("Stack overflow")); // the second in a regular expression

/** True for JavaScript's errors about texts and lists that are longer than any may be. */
const isTooLarge = (error: unknown): boolean => error instanceof RangeError && /^(?:Invalid (?:string|array|typed array) length|Array buffer allocation failed)/.test(error.message);
