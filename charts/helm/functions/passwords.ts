import { createHmac, scryptSync } from "node:crypto";
import { encodeBase64, hashSync } from "bcryptjs";
import { Kept } from "../crypto/kept.ts";
import { byteLength, toBytes } from "../go/bytes.ts";
import type { CallScope, FunctionTable } from "../go/value.ts";
import { define, fn } from "./define.ts";
import { derivedPassword, isPasswordType } from "./password-types.ts";
import { streamOf } from "./random-texts.ts";

/** What the functions cost, in the scope's units. */
const BCRYPT_UNITS = 60_000;
const SCRYPT_UNITS = 150_000;
/** Go's bcrypt.DefaultCost. */
const COST = 10;
const MAX_PASSWORD = 72;

const hashed = new Kept<string>(200);
const derived = new Kept<Buffer>(50);

/** A bcrypt hash whose salt is the call's own; Go's complaint, as a text, for a password that is too long. */
function bcryptOf(password: string, scope: CallScope): string {
  if (byteLength(password) > MAX_PASSWORD) return `failed to encrypt string with bcrypt: bcrypt: password length exceeds ${MAX_PASSWORD} bytes`;
  scope.spend(BCRYPT_UNITS);
  const salt = `$2a$${COST}$${encodeBase64([...streamOf(scope, "bcrypt").bytes(16)], 16)}`;
  return hashed.of([toBytes(password), salt], () => hashSync(password, salt));
}

const bcrypt = fn(["string"], bcryptOf);
const htpasswd = fn(["string", "string"], (user, password, scope) => (user.includes(":") ? `invalid username: ${user}` : `${user}:${bcryptOf(password, scope)}`));

const SEED = "com.lyndir.masterpassword";

/** The Master Password algorithm, version 0, as sprig has it. */
const derivePassword = fn(["int64", "string", "string", "string", "string"], (counter, type, password, user, site, scope) => {
  if (counter < 0n) throw new Error(`expected unsigned integer; found ${counter}`);
  if (!isPasswordType(type)) return `cannot find password template ${type}`;
  scope.spend(SCRYPT_UNITS);
  const salt = Buffer.concat([Buffer.from(SEED), length(user), toBytes(user)]);
  const key = derived.of([toBytes(password), salt], () => scryptSync(toBytes(password), salt, 64, { N: 32_768, r: 8, p: 2, maxmem: 100_000_000 }));
  const count = Buffer.alloc(4);
  count.writeUInt32BE(Number(counter % 2n ** 32n));
  return derivedPassword(type, createHmac("sha256", key).update(Buffer.concat([Buffer.from(SEED), length(site), toBytes(site), count])).digest());
});

function length(text: string): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(byteLength(text));
  return bytes;
}

/** Sprig's password functions. */
export const PASSWORD_FUNCTIONS: FunctionTable = define({ bcrypt, htpasswd, derivePassword });
