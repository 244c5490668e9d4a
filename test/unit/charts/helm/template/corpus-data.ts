/* The data that Go's own table of templates runs on, as far as templates under Helm can meet the like. */
import { define, fn, variadic } from "../../../../../charts/helm/functions/define.ts";
import { typeName } from "../../../../../charts/helm/go/types.ts";
import { GoList, GoMap, GoObject, int, Integer, type FunctionTable, type GoFunction, type GoValue } from "../../../../../charts/helm/go/value.ts";

/** A struct of Go's test: its fields and methods, what it prints. */
class Struct extends GoObject {
  readonly type: string;
  readonly kind: string;
  private readonly members: ReadonlyMap<string, GoValue | GoFunction>;
  private readonly text: string;

  constructor(type: string, members: Readonly<Record<string, GoValue | GoFunction>>, text: string, kind = "struct") {
    super();
    this.type = type;
    this.kind = kind;
    this.members = new Map(Object.entries(members));
    this.text = text;
  }

  member(name: string): GoValue | GoFunction | undefined {
    return this.members.get(name);
  }

  toText(): string {
    return this.text;
  }

  override get isTrue(): boolean {
    return this.text !== "<nil>";
  }
}

const method = (name: string, called: Omit<GoFunction, "name">): GoFunction => ({ name, ...called });
const func = (type: string, called: Omit<GoFunction, "name">): Struct => new Struct(type, { call: method("call", called) }, "0x1234", "func");
const ints = (...values: number[]): GoList => new GoList(values.map((value) => int(value)), "[]int");
const map = (type: string, entries: Readonly<Record<string, GoValue>>): GoMap => new GoMap(new Map(Object.entries(entries)), type);
const intMap = (entries: Readonly<Record<string, number>>): GoMap => map("map[string]int", Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, int(value)])));
const numberOf = (value: GoValue): bigint => (value instanceof Integer ? value.value : 0n);
const textOf = (value: GoValue): string => (value === null ? "<nil>" : value instanceof Integer ? String(value.value) : typeof value === "string" ? value : "");

const structU = (text: string): Struct => new Struct("*template.U", { V: text, TrueFalse: method("TrueFalse", fn(["bool"], (is) => (is ? "true" : ""))) }, `{${text}}`);

const methods: Readonly<Record<string, GoFunction>> = {
  Method0: method("Method0", fn([], () => "M0")),
  Method1: method("Method1", fn(["int"], (value) => int(value))),
  Method2: method("Method2", fn(["any", "string"], (value, text) => `Method2: ${textOf(value)} ${text}`)),
  Method3: method("Method3", fn(["any"], (value) => `Method3: ${textOf(value)}`)),
  Copy: method("Copy", fn([], () => new Struct("*template.T", { I: int(17) }, "{}"))),
  MAdd: method("MAdd", fn(["int", "any"], (add, list) => ints(...(list instanceof GoList ? list.items : []).map((item) => Number(numberOf(item)) + add)))),
  MyError: method("MyError", fn(["bool"], (fails) => {
    if (fails) throw new Error("my error");
    return false;
  })),
  GetU: method("GetU", fn([], () => structU("v"))),
};

const interfaceT = new Struct("*template.T", { X: "x", ...methods }, "{}");

/** `tVal` */
export const T_VALUE: GoObject = new Struct("*template.T", {
  True: true,
  I: int(17),
  U16: new Integer("uint16", 16n),
  X: "x",
  S: "xyz",
  FloatZero: 0,
  ComplexZero: null,
  U: structU("v"),
  V0: new Struct("template.V", {}, "<6666>"),
  V1: new Struct("*template.V", {}, "<7777>"),
  W0: new Struct("template.W", {}, "[888]"),
  W1: new Struct("*template.W", {}, "[999]"),
  W2: new Struct("*template.W", {}, "nilW"),
  SI: ints(3, 4, 5),
  SIEmpty: new GoList([], "[]int", true),
  SB: new GoList([true, false], "[]bool"),
  AI: ints(3, 4, 5),
  PAI: ints(3, 4, 5),
  MSI: intMap({ one: 1, two: 2, three: 3 }),
  MSIone: intMap({ one: 1 }),
  MSIEmpty: intMap({}),
  MXI: map("map[interface {}]int", { one: int(1) }),
  SMSI: new GoList([intMap({ one: 1, two: 2 }), intMap({ eleven: 11, twelve: 12 })], "[]map[string]int"),
  Empty0: null,
  Empty1: int(3),
  Empty2: "empty2",
  Empty3: ints(7, 8),
  Empty4: structU("UinEmpty"),
  NonEmptyInterface: interfaceT,
  NonEmptyInterfacePtS: new GoList(["a", "b"], "[]string"),
  NonEmptyInterfaceTypedNil: new Struct("*template.T", { ...methods }, "<nil>", "ptr"),
  Str: new Struct("*bytes.Buffer", {}, "foozle"),
  Err: new Struct("*errors.errorString", {}, "erroozle"),
  PI: int(23),
  PS: "a string",
  PSI: ints(21, 22, 23),
  NIL: new Struct("*int", {}, "<nil>", "ptr"),
  UPI: new Struct("unsafe.Pointer", {}, "0x1234", "ptr"),
  BinaryFunc: func("func(string, string) string", fn(["string", "string"], (left, right) => `[${left}=${right}]`)),
  VariadicFunc: func("func(...string) string", variadic([], "string", (texts) => `<${texts.join("+")}>`)),
  VariadicFuncInt: func("func(int, ...string) string", variadic(["int"], "string", (count, texts) => `${count}=<${texts.join("+")}>`)),
  NilOKFunc: func("func(*int) bool", fn(["any"], (value) => value === null)),
  ErrFunc: func("func() (string, error)", fn([], () => "bla")),
  ...methods,
}, "{}");

const letters = (count: number): GoList => new GoList(Array.from({ length: count }, (_, at) => "abcdefghijklmnop".charAt(at)), "[]string");

/** The functions that Go's table calls. */
export const TEST_FUNCTIONS: FunctionTable = define({
  typeOf: fn(["any"], typeName),
  makemap: variadic([], "string", (texts) => map("map[string]string", Object.fromEntries(texts.flatMap((key, at) => (at % 2 === 0 ? [[key, texts[at + 1] ?? ""]] : []))))),
  mapOfThree: fn([], () => map("map[string]interface {}", { three: int(3) })),
  zeroArgs: fn([], () => "zeroArgs"),
  oneArg: fn(["string"], (text) => `oneArg=${text}`),
  twoArgs: fn(["string", "string"], (left, right) => `twoArgs=${left}${right}`),
  dddArg: variadic(["int"], "string", (count, texts) => `${count} ${texts.join(" ")}`),
  die: fn([], () => {
    throw new Error("die");
  }),
  count: fn(["int"], letters),
  vfunc: fn(["any", "any"], () => "vfunc"),
  valueString: fn(["string"], () => "value is ignored"),
});

/** Plain data of a case: whole numbers are ints. */
export function goValue(data: unknown): GoValue {
  if (typeof data === "number") return Number.isInteger(data) ? int(data) : data;
  if (Array.isArray(data)) return ints(...data.map(Number));
  if (typeof data === "object" && data !== null) return "a" in data ? new Struct("struct", {}, "{7 seven}") : map("map[string]interface {}", Object.fromEntries(Object.entries(data).map(([key, value]) => [key, goValue(value)])));
  return data === null || typeof data === "string" || typeof data === "boolean" ? data : null;
}
