import { fromBytes, toBytes } from "../go/bytes.ts";
import type { CallScope } from "../go/value.ts";
import type { Mark } from "./environment.ts";
import type { Node } from "./node.ts";

/** Steps after which work is paid. */
const STEPS = 64;
/** Characters after which text is paid. */
const CHARACTERS = 16_384;

/** The text of one execution as it grows; pays for it, and for the work, in portions. */
export class Output {
  readonly marks: Mark[] | undefined;
  private readonly scope: CallScope;
  private text = "";
  private paid = 0;
  private steps = 0;

  constructor(scope: CallScope, marks?: Mark[]) {
    this.scope = scope;
    this.marks = marks;
  }

  write(text: string): void {
    this.text += text;
    if (this.text.length - this.paid >= CHARACTERS) this.pay();
  }

  /** Counts a function call, a turn of a loop or a template, or what takes as long as a few of them. */
  step(count = 1): void {
    this.steps += count;
    if (this.steps >= STEPS) this.pay();
  }

  /** Notes where the next piece comes from. */
  mark({ source, pos }: Node, isText: boolean): void {
    this.marks?.push({ offset: this.text.length, templateName: source.name, line: source.lineAt(pos), isText });
  }

  /** The whole text, all paid; bytes that met and form a character are one. */
  finish(): string {
    this.pay();
    return this.text.isWellFormed() ? this.text : fromBytes(toBytes(this.text));
  }

  private pay(): void {
    this.scope.spend(this.steps);
    this.scope.spendText(this.text.length - this.paid);
    this.steps = 0;
    this.paid = this.text.length;
  }
}
