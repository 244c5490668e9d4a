/**
 * The values that Go's text/template works on, in JavaScript. What Go tells apart and JavaScript does not is kept apart:
 * float64 is `number`, every integer type is an Integer, a missing value and nil are `null`. Strings are Go's bytes: text
 * that is UTF-8 as it is, any other byte b as the lone surrogate U+DC00+b (see bytes.ts).
 */
export type GoValue = null | boolean | number | string | Integer | GoList | GoMap | GoObject;

/** The integer types that templates can meet. */
export type IntegerType = "int" | "int8" | "int16" | "int32" | "int64" | "uint" | "uint8" | "uint16" | "uint32" | "uint64" | "time.Duration" | "time.Month" | "time.Weekday";

/** An integer and its Go type. Immutable. */
export class Integer {
  readonly type: IntegerType;
  readonly value: bigint;

  constructor(type: IntegerType, value: bigint) {
    this.type = type;
    this.value = value;
  }
}

/** An `int`, as literals and most functions give it. */
export const int = (value: number | bigint): Integer => new Integer("int", BigInt(value));

/** An `int64`, as arithmetic and `--set` give it. */
export const int64 = (value: number | bigint): Integer => new Integer("int64", BigInt(value));

/** Go's type of a list of anything. */
export const ANY_LIST = "[]interface {}";
/** Go's type of a map of anything. */
export const ANY_MAP = "map[string]interface {}";

/** A slice. Its items are never changed in place: functions that add or sort make another one. */
export class GoList {
  /** As `%T` prints it: `[]interface {}`, `[]string`, `[]int`, `[]uint8`. */
  readonly type: string;
  readonly items: readonly GoValue[];
  /** A nil slice, which JSON writes as null; default false. */
  readonly isNil: boolean;

  constructor(items: readonly GoValue[], type: string = ANY_LIST, isNil = false) {
    this.items = items;
    this.type = type;
    this.isNil = isNil;
  }
}

/** A map with text keys. It is changed in place by `set`, `unset` and `merge`, as in Go: whoever shares one copies it first. */
export class GoMap {
  /** As `%T` prints it: `map[string]interface {}`, `map[string]string`, `common.Values`. */
  readonly type: string;
  readonly entries: Map<string, GoValue>;
  /** A nil map, which JSON and YAML write as null; default false. */
  readonly isNil: boolean;

  constructor(entries: Map<string, GoValue> = new Map(), type: string = ANY_MAP, isNil = false) {
    this.entries = entries;
    this.type = type;
    this.isNil = isNil;
  }
}

/** What JSON sees of a struct: it writes the fields in their own order, where it sorts the keys of a map. */
export class FieldMap extends Map<string, GoValue> {}

/**
 * A struct or another value with fields and methods: capabilities, files, times, versions, certificates. One class per
 * Go type extends it.
 */
export abstract class GoObject {
  /** As `%T` prints it: `*common.Capabilities`, `time.Time`. */
  abstract readonly type: string;
  /** reflect.Kind, as `kindOf` gives it: `struct`, `ptr`, `map`, `slice`, `func`. */
  abstract readonly kind: string;
  /** A field's value, a method (which the template calls), or undefined where the type has neither. */
  abstract member(name: string): GoValue | GoFunction | undefined;
  /** What `%v` and `{{ . }}` print. */
  abstract toText(): string;
  /** What `{{ . }}` prints where that is something else: Go finds methods of pointers there only. */
  printed(): string {
    return this.toText();
  }
  /** What JSON and YAML are written from; default the text. */
  toValue(): GoValue {
    return this.toText();
  }
  /** What `if`, `and` and `default` take it for; default true, as for every struct. */
  get isTrue(): boolean {
    return true;
  }
}

/** A parameter: exactly that Go type is taken, as text/template checks it, and nothing is converted but literals. */
export type ParamType = "any" | "string" | "bool" | "int" | "int64" | "float64" | "[]any" | "[]string" | "map[string]any" | "time.Duration" | "time.Time" | "sprig.certificate";

/** A function or method that a template can call. */
export interface GoFunction {
  readonly name: string;
  /** Types of the parameters; the last one repeats (also not at all) where `isVariadic`. */
  readonly params: readonly ParamType[];
  readonly isVariadic: boolean;
  /** Called with arguments that were checked against `params`. Throws Error with Go's text; the caller adds the place. */
  readonly call: (args: readonly GoValue[], scope: CallScope) => GoValue;
}

/** What a call may use beyond its arguments. */
export interface CallScope {
  /** Pays for work: about one unit per microsecond. Throws LIMIT_EXCEEDED when the render has used up its budget. */
  readonly spend: (units: number) => void;
  /** Pays for text made, in characters: what multiplies is stopped before it fills the memory. */
  readonly spendText: (characters: number) => void;
  /** What `now` answers: the same moment in all of one render. */
  readonly now: Date;
  /** The real time, for what expires; default `now`. */
  readonly clock?: Date | undefined;
  /** Random bytes of this call: the same for the same template, call and secret, see random.ts. */
  readonly random: (count: number) => Uint8Array;
  /** Tells until which moment, and since when, the time of day changes nothing in what the call gave: who renders, renders again then. */
  readonly renewAt: (moment: Date, since: Date) => void;
  /** Told before a call changes a map that it was given; default no one asks. */
  readonly changes?: ((map: GoMap) => void) | undefined;
}

/** Functions by name. */
export type FunctionTable = ReadonlyMap<string, GoFunction>;
