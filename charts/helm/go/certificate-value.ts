import { GoMap, GoObject, type GoValue } from "./value.ts";

/** What sprig's certificate functions give: `.Cert` and `.Key`, both PEM. */
export class CertificateValue extends GoObject {
  readonly type = "sprig.certificate";
  readonly kind = "struct";
  readonly cert: string;
  readonly key: string;

  constructor(cert: string, key: string) {
    super();
    this.cert = cert;
    this.key = key;
  }

  member(name: string): GoValue | undefined {
    if (name === "Cert") return this.cert;
    return name === "Key" ? this.key : undefined;
  }

  toText(): string {
    return `{${this.cert} ${this.key}}`;
  }

  override toValue(): GoValue {
    return new GoMap(new Map([["Cert", this.cert], ["Key", this.key]]));
  }
}

/** The certificate that an argument of that type is. */
export function asCertificate(value: GoObject): CertificateValue {
  if (value instanceof CertificateValue) return value;
  throw new Error(`wrong type for value; expected sprig.certificate; got ${value.type}`);
}
