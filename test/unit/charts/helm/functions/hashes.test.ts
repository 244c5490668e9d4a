import { expect, test } from "vitest";
import { failing, rendered, scopeAt } from "./render-text.ts";

test.each([
  ['{{ sha1sum "abc" }}', "a9993e364706816aba3e25717850c26c9cd0d89d"],
  ['{{ sha256sum "é" }}', "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c"],
  ['{{ sha512sum "" | trunc 16 }}', "cf83e1357eefb8bd"],
  ['{{ adler32sum "abc" }} {{ adler32sum "" }}', "38600999 1"],
  ['{{ derivePassword 1 "long" "password" "user" "example.com" }} {{ derivePassword 4294967296 "pin" "pässword" "u" "s" }}', "ZedaFaxcZaso9* 6646"],
  ['{{ derivePassword 1 "x" "password" "user" "example.com" }}', "cannot find password template x"],
  ['{{ decryptAES "sécret" "8l9UPbkwyIUYJzydSeb1l7F2AWuz+JjQUaSNHik1ahs=" }}', "plaintéxt"],
  ['{{ encryptAES "k" "x" | decryptAES "k" }}{{ encryptAES "k" "" }}', "x"],
  ['{{ getHostByName "localhost" }}', ""],
])("%s", (template, text) => {
  expect(rendered(template)).toBe(text);
});

test.each([
  ['{{ decryptAES "x" "%%%" }}', "illegal base64 data at input byte 0"],
  ['{{ decryptAES "x" "AAAA" }}', "runtime error: slice bounds out of range [:16] with capacity 3"],
  ['{{ decryptAES "x" "AAAAAAAAAAAAAAAAAAAAAAAA" }}', "crypto/cipher: input not full blocks"],
  ['{{ decryptAES "x" "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" }}', "runtime error: slice bounds out of range [:-227]"],
])("what was not encrypted so fails in Go's words: %s", (template, text) => {
  expect(failing(template)).toBe(text);
});

test("a bcrypt hash has a salt of its own, the same for every render", () => {
  const hash = rendered('{{ htpasswd "user" "päss" }}');
  expect(hash).toMatch(/^user:\$2a\$10\$[./A-Za-z0-9]{53}$/);
  expect(rendered('{{ htpasswd "user" "päss" }}')).toBe(hash);
  expect(rendered('{{ htpasswd "user" "päss" }}', null, scopeAt(undefined, "other"))).not.toBe(hash);
  expect(rendered('{{ htpasswd "a:b" "c" }} {{ bcrypt (repeat 73 "a") }}')).toBe("invalid username: a:b failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes");
});
