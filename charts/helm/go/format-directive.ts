import { Integer, type GoValue } from "./value.ts";

/** What stands between `%` and the verb. */
export interface Directive {
  readonly plus: boolean;
  readonly minus: boolean;
  readonly sharp: boolean;
  readonly space: boolean;
  readonly zero: boolean;
  /** `%#v`, Go's syntax; `sharp` is then false. */
  readonly isGoSyntax: boolean;
  /** Default none. */
  readonly width: number | undefined;
  /** Default none, which differs from verb to verb. */
  readonly precision: number | undefined;
}

export const NO_DIRECTIVE: Directive = { plus: false, minus: false, sharp: false, space: false, zero: false, isGoSyntax: false, width: undefined, precision: undefined };

/** One `%…` of a format as it was read. */
export interface ReadDirective {
  /** What is wrong with a `*`, printed before the value. */
  readonly complaints: string;
  readonly directive: Directive;
  /** One character; undefined where the format ends before it. */
  readonly verb: string | undefined;
  /** False after an explicit index that is none. */
  readonly isGoodIndex: boolean;
}

/** Numbers in a format and widths of `*` beyond this are refused. */
const MAX_NUMBER = 1e6;

/** Reads the directives of a format one after the other and keeps count of the arguments that they take. */
export class DirectiveReader {
  /** Where the reading stands in the format. */
  at = 0;
  /** The next argument. */
  next = 0;
  /** True once an explicit index was used. */
  isReordered = false;
  readonly format: string;
  readonly #args: readonly GoValue[];
  #isGoodIndex = true;
  #isBehindIndex = false;

  constructor(format: string, args: readonly GoValue[]) {
    this.format = format;
    this.#args = args;
  }

  /** Reads from behind a `%` to behind its verb. */
  read(): ReadDirective {
    this.#isGoodIndex = true;
    const flags = this.#flags();
    this.#isBehindIndex = this.#index();
    const width = this.#width();
    const precision = this.#precision();
    if (!this.#isBehindIndex) this.#isBehindIndex = this.#index();
    const code = this.format.codePointAt(this.at);
    const verb = code === undefined ? undefined : String.fromCodePoint(code);
    this.at += verb?.length ?? 0;
    const isNegative = width.value !== undefined && width.value < 0;
    const isGeneral = verb === "v" || verb === "w";
    const isGoSyntax = isGeneral && flags.has("#");
    const directive: Directive = {
      plus: flags.has("+") && !isGeneral,
      minus: flags.has("-") || isNegative,
      sharp: flags.has("#") && !isGoSyntax,
      space: flags.has(" "),
      zero: flags.has("0") && !isNegative,
      isGoSyntax,
      width: width.value === undefined ? undefined : Math.abs(width.value),
      precision: precision.value,
    };
    return { complaints: width.complaint + precision.complaint, directive, verb, isGoodIndex: this.#isGoodIndex };
  }

  #flags(): Set<string> {
    const flags = new Set<string>();
    for (; "#0+- ".includes(this.format.charAt(this.at)) && this.at < this.format.length; this.at += 1) flags.add(this.format.charAt(this.at));
    return flags;
  }

  #width(): { value: number | undefined; complaint: string } {
    if (this.format[this.at] === "*") return this.#star("%!(BADWIDTH)");
    const value = this.#number();
    if (this.#isBehindIndex && value !== undefined) this.#isGoodIndex = false;
    return { value, complaint: "" };
  }

  #precision(): { value: number | undefined; complaint: string } {
    if (this.format[this.at] !== "." || this.at + 1 >= this.format.length) return { value: undefined, complaint: "" };
    this.at += 1;
    if (this.#isBehindIndex) this.#isGoodIndex = false;
    this.#isBehindIndex = this.#index();
    if (this.format[this.at] !== "*") return { value: this.#number() ?? 0, complaint: "" };
    const { value, complaint } = this.#star("%!(BADPREC)");
    return value !== undefined && value < 0 ? { value: undefined, complaint: "%!(BADPREC)" } : { value, complaint };
  }

  /** A width or precision that is an argument. */
  #star(problem: string): { value: number | undefined; complaint: string } {
    this.at += 1;
    this.#isBehindIndex = false;
    if (this.next >= this.#args.length) return { value: undefined, complaint: problem };
    const arg = this.#args[this.next] ?? null;
    this.next += 1;
    const value = arg instanceof Integer ? Number(arg.value) : undefined;
    return value === undefined || Math.abs(value) > MAX_NUMBER ? { value: undefined, complaint: problem } : { value, complaint: "" };
  }

  /** Digits; those of a number that is far too large swallow the rest of the format. */
  #number(end = this.format.length): number | undefined {
    let value: number | undefined;
    for (; this.at < end; this.at += 1) {
      const digit = this.format.charCodeAt(this.at) - 48;
      if (digit < 0 || digit > 9) break;
      if ((value ?? 0) > MAX_NUMBER) {
        this.at = end;
        return undefined;
      }
      value = (value ?? 0) * 10 + digit;
    }
    return value;
  }

  /** An explicit index `[2]`; true where one stands here and can be used. */
  #index(): boolean {
    if (this.format[this.at] !== "[") return false;
    this.isReordered = true;
    const close = this.format.length - this.at < 3 ? -1 : this.format.indexOf("]", this.at + 1);
    if (close < 0) return this.#badIndex(this.at + 1, false);
    this.at += 1;
    const number = this.#number(close);
    if (number === undefined || this.at !== close) return this.#badIndex(close + 1, false);
    if (number < 1 || number > this.#args.length) return this.#badIndex(close + 1, true);
    this.next = number - 1;
    this.at = close + 1;
    return true;
  }

  #badIndex(at: number, isNumber: boolean): boolean {
    this.#isGoodIndex = false;
    this.at = at;
    return isNumber;
  }
}
