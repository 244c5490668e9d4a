import { createCipheriv, createDecipheriv } from "node:crypto";
import { readBase64 } from "../crypto/pem.ts";
import { fromBytes, toBytes } from "../go/bytes.ts";
import type { FunctionTable } from "../go/value.ts";
import { define, fn } from "./define.ts";
import { streamOf } from "./random-texts.ts";

const BLOCK = 16;
const CIPHER = "aes-256-cbc";

/** The password's bytes, cut or filled with zeros to 32. */
function keyOf(password: string): Buffer {
  const key = Buffer.alloc(32);
  key.set(toBytes(password).subarray(0, 32));
  return key;
}

const encryptAES = fn(["string", "string"], (password, text, scope) => {
  if (text === "") return "";
  scope.spend(5 + text.length / 100);
  scope.spendText(text.length * 1.4);
  const iv = streamOf(scope, "aes").bytes(BLOCK);
  const cipher = createCipheriv(CIPHER, keyOf(password), iv);
  return Buffer.concat([iv, cipher.update(toBytes(text)), cipher.final()]).toString("base64");
});

const decryptAES = fn(["string", "string"], (password, text, scope) => {
  if (text === "") return "";
  scope.spend(5 + text.length / 100);
  const bytes = readBase64(text);
  if (bytes === undefined) throw new Error(`illegal base64 data at input byte ${firstIllegal(text)}`);
  if (bytes.length < BLOCK) throw new Error(`runtime error: slice bounds out of range [:16] with capacity ${bytes.length}`);
  if (bytes.length % BLOCK !== 0) throw new Error("crypto/cipher: input not full blocks");
  if (bytes.length === BLOCK) throw new Error("runtime error: index out of range [-1]");
  const decipher = createDecipheriv(CIPHER, keyOf(password), bytes.subarray(0, BLOCK)).setAutoPadding(false);
  const plain = Buffer.concat([decipher.update(bytes.subarray(BLOCK)), decipher.final()]);
  const end = plain.length - (plain.at(-1) ?? 0);
  if (end < 0) throw new Error(`runtime error: slice bounds out of range [:${end}]`);
  return fromBytes(plain.subarray(0, end));
});

/** Sprig's AES-256-CBC, base64 of the initial vector and what follows it. */
export const AES_FUNCTIONS: FunctionTable = define({ encryptAES, decryptAES });

/** Where Go's decoder gives up. */
function firstIllegal(text: string): number {
  const at = text.search(/[^A-Za-z0-9+/=\r\n]/);
  if (at >= 0) return at;
  const padding = text.search(/=[^=]|===/);
  return padding >= 0 ? padding : text.length;
}
