/** A block of PEM: its label and bytes. */
export interface PemBlock {
  readonly label: string;
  readonly bytes: Buffer;
}

const BLOCK = /(?:^|\n)-----BEGIN ([^\n-]*)-----[ \t\r]*\n([^-]*)-----END \1-----[ \t\r]*(?:\n|$)/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const SPACE = /\s+/g;
const LINE_BREAKS = /[\r\n]+/g;

/** The first block of a text, or undefined where there is none. Blocks with headers (of encrypted keys) are not read. */
export function readPem(text: string): PemBlock | undefined {
  const [, label, body] = BLOCK.exec(text) ?? [];
  if (label === undefined || body === undefined) return undefined;
  const bytes = readBase64(body.replace(SPACE, ""));
  return bytes === undefined ? undefined : { label, bytes };
}

/** Bytes as PEM, 64 characters a line. */
export function writePem(label: string, bytes: Buffer): string {
  const body = bytes.toString("base64").replace(/.{1,64}/g, "$&\n");
  return `-----BEGIN ${label}-----\n${body}-----END ${label}-----\n`;
}

/** The bytes of standard base64 with padding, line breaks apart; undefined where it is none. */
export function readBase64(text: string): Buffer | undefined {
  const packed = text.replace(LINE_BREAKS, "");
  return BASE64.test(packed) ? Buffer.from(packed, "base64") : undefined;
}
