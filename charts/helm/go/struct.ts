import { textOf } from "./format.ts";
import { isTrue } from "./types.ts";
import { FieldMap, GoMap, GoObject, type GoValue } from "./value.ts";

/** A field of a struct. */
export interface StructField {
  readonly name: string;
  readonly value: GoValue;
  /** What JSON calls it; default its name. */
  readonly json?: string;
  /** JSON leaves it out where it is empty; default false. */
  readonly omitsEmpty?: boolean;
}

/** A struct of Go with nothing but fields, or a pointer to one. A struct may be embedded in it: its fields are fields of this one, too. */
export class GoStruct extends GoObject {
  readonly type: string;
  readonly kind: "struct" | "ptr";
  readonly #fields: ReadonlyMap<string, StructField>;
  readonly #embedded: GoStruct | undefined;

  /** `type`: as Go prints it; that of a pointer begins with `*`. `embedded` comes first and is named by its type. */
  constructor(type: string, fields: readonly StructField[], embedded?: GoStruct) {
    super();
    this.type = type;
    this.kind = type.startsWith("*") ? "ptr" : "struct";
    this.#fields = new Map(fields.map((field) => [field.name, field]));
    this.#embedded = embedded;
  }

  override member(name: string): GoValue | undefined {
    const field = this.#fields.get(name);
    if (field !== undefined) return field.value;
    const embedded = this.#embedded;
    return embedded?.name === name ? embedded : embedded?.member(name);
  }

  /** Name of the type without its package. */
  get name(): string {
    return this.type.slice(this.type.lastIndexOf(".") + 1);
  }

  override printed(): string {
    return this.#text();
  }

  override toText(): string {
    return this.kind === "ptr" ? `&${this.#text()}` : this.#text();
  }

  #text(): string {
    const texts = [...(this.#embedded === undefined ? [] : [this.#embedded.toText()]), ...Array.from(this.#fields.values(), ({ value }) => textOf(value))];
    return `{${texts.join(" ")}}`;
  }

  override toValue(): GoValue {
    return new GoMap(new FieldMap(this.#jsonFields()));
  }

  #jsonFields(): (readonly [string, GoValue])[] {
    const own = Array.from(this.#fields.values()).filter(({ value, omitsEmpty = false }) => !omitsEmpty || isTrue(value));
    const embedded = this.#embedded;
    return [...(embedded === undefined ? [] : embedded.#jsonFields()), ...own.map(({ name, json = name, value }) => [json, value] as const)];
  }
}
