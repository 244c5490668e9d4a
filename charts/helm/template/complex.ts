import { formatFloat } from "../go/strconv.ts";
import { GoObject } from "../go/value.ts";

/** A complex128: only literals make one, and only `printf "%v"`, `eq` and truth know what to do with it. */
export class Complex extends GoObject {
  readonly type = "complex128";
  readonly kind = "complex128";
  readonly real: number;
  readonly imaginary: number;

  constructor(real: number, imaginary: number) {
    super();
    this.real = real;
    this.imaginary = imaginary;
  }

  member(): undefined {
    return undefined;
  }

  toText(): string {
    const imaginary = formatFloat(this.imaginary, "g");
    return `(${formatFloat(this.real, "g")}${/^[+-]/.test(imaginary) ? "" : "+"}${imaginary}i)`;
  }

  override get isTrue(): boolean {
    return this.real !== 0 || this.imaginary !== 0;
  }
}
