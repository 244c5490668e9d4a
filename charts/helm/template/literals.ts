import type { GoValue, ParamType } from "../go/value.ts";
import { int, Integer } from "../go/value.ts";
import { goName, nilOf } from "./check-type.ts";
import { Expression, refuseArguments } from "./node.ts";
import { isFloatText, type NumberValue } from "./number-value.ts";
import type { Source } from "./source.ts";
import type { State } from "./state.ts";

/** What a parameter's type is called where a literal does not fit it. */
const EXPECTED: ReadonlyMap<string, string> = new Map([["string", "string"], ["bool", "bool"], ["int", "integer"], ["int64", "integer"], ["time.Duration", "integer"], ["float64", "float"]]);

/** A constant; its text is the one that was written. */
abstract class Literal extends Expression {
  readonly text: string;

  constructor(source: Source, pos: number, text: string) {
    super(source, pos);
    this.text = text;
  }

  override argument(state: State, type: ParamType): GoValue {
    if (type === "any") return this.value(state);
    state.node = this;
    const value = this.as(type);
    if (value !== undefined) return value;
    const expected = EXPECTED.get(type);
    return state.fail(expected === undefined ? `can't handle ${this.text} for arg of type ${goName(type)}` : `expected ${expected}; found ${this.text}`);
  }

  toString(): string {
    return this.text;
  }

  /** The constant as that type, or undefined where it is none. */
  protected abstract as(type: ParamType): GoValue | undefined;
}

/** `true` or `false`. */
export class BooleanLiteral extends Literal {
  value(state: State): GoValue {
    state.node = this;
    return this.text === "true";
  }

  protected as(type: ParamType): GoValue | undefined {
    return type === "bool" ? this.text === "true" : undefined;
  }
}

/** A text in double or back quotes. */
export class StringLiteral extends Literal {
  private readonly content: string;

  /** `content`: what the literal stands for. */
  constructor(source: Source, pos: number, text: string, content: string) {
    super(source, pos, text);
    this.content = content;
  }

  value(state: State): GoValue {
    state.node = this;
    return this.content;
  }

  protected as(type: ParamType): GoValue | undefined {
    return type === "string" ? this.content : undefined;
  }
}

/** A number or a character. */
export class NumberLiteral extends Literal {
  private readonly number: NumberValue;
  /** Its value where no type is asked for; undefined where it overflows. */
  private readonly ideal: GoValue | undefined;

  constructor(source: Source, pos: number, text: string, number: NumberValue) {
    super(source, pos, text);
    this.number = number;
    this.ideal = idealValue(text, number);
  }

  value(state: State): GoValue {
    state.node = this;
    return this.ideal === undefined ? state.fail(`${this.text} overflows int`) : this.ideal;
  }

  protected as(type: ParamType): GoValue | undefined {
    if (type === "float64") return this.number.float;
    if (type !== "int" && type !== "int64" && type !== "time.Duration") return undefined;
    return this.number.integer === undefined ? undefined : new Integer(type, this.number.integer);
  }
}

/** `nil`. */
export class NilLiteral extends Expression {
  value(state: State): GoValue {
    state.node = this;
    state.isNilBoxed = false;
    return null;
  }

  override argument(state: State, type: ParamType): GoValue {
    const value = this.value(state);
    if (type === "any") return value;
    const nil = nilOf(type);
    return nil === undefined ? state.fail(`cannot assign nil to ${goName(type)}`) : nil;
  }

  override run(state: State, words: readonly Expression[], final: GoValue | undefined): GoValue {
    state.node = this;
    refuseArguments(state, words, final);
    return state.fail("nil is not a command");
  }

  toString(): string {
    return "nil";
  }
}

function idealValue(text: string, number: NumberValue): GoValue | undefined {
  if (number.complex !== undefined) return number.complex;
  if (number.float !== undefined && isFloatText(text)) return number.float;
  return number.integer === undefined ? undefined : int(number.integer);
}
