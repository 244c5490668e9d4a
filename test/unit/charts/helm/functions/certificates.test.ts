import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { connect, createServer } from "node:tls";
import { expect, test } from "vitest";
import { NOON, failing, rendered, scopeAt } from "./render-text.ts";

const DAY = 86_400_000;
const CHAIN = '{{ $ca := genCA "my-ca" 365 }}{{ $c := genSignedCert "web.svc" (list "127.0.0.1" "fd00::1") (list "web.svc" "localhost") 90 $ca }}{{ list $ca.Cert $c.Cert $c.Key | toJson }}';

/** What the templates that make a list of PEM give at a time. */
const pems = (template: string, now: Date = NOON, identity = "uid"): string[] => JSON.parse(rendered(template, null, scopeAt(now, identity))) as string[]; // a list of texts, see the templates

function certificate(template: string, now: Date = NOON): X509Certificate {
  return new X509Certificate(rendered(`{{ (${template}).Cert }}`, null, scopeAt(now)));
}

test("a signed certificate holds under its CA, for its names and addresses", () => {
  const [ca, leaf] = pems(CHAIN).map((pem, index) => (index < 2 ? new X509Certificate(pem) : undefined));
  expect(ca?.ca).toBe(true);
  expect(ca?.subject).toBe("CN=my-ca");
  expect(leaf?.ca).toBe(false);
  expect(leaf?.checkIssued(ca ?? leaf)).toBe(true);
  expect(leaf?.verify((ca ?? leaf).publicKey)).toBe(true);
  expect(leaf?.subjectAltName).toBe("DNS:web.svc, DNS:localhost, IP Address:127.0.0.1, IP Address:FD00:0:0:0:0:0:0:1");
  expect(leaf?.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]);
});

test("TLS works with it", async () => {
  const [ca = "", cert = "", key = ""] = pems(CHAIN, new Date());
  const server = createServer({ cert, key }, (socket) => void socket.end("hello")).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const socket = connect({ host: "127.0.0.1", port: typeof address === "object" && address !== null ? address.port : 0, ca, servername: "localhost" });
  try {
    await once(socket, "secureConnect");
    expect(socket.authorized).toBe(true);
  } finally {
    socket.destroy();
    server.close();
  }
});

test.each([
  ["rsa", "RSA PRIVATE KEY", "rsa"],
  ["ecdsa", "EC PRIVATE KEY", "ec"],
  ["ed25519", "PRIVATE KEY", "ed25519"],
  ["dsa", "DSA PRIVATE KEY", "dsa"],
])("genPrivateKey %s gives a key in the form of Go's", (type, label, kind) => {
  const pem = rendered(`{{ genPrivateKey "${type}" }}`);
  expect(pem.startsWith(`-----BEGIN ${label}-----\n`)).toBe(true);
  expect(createPrivateKey(pem).asymmetricKeyType).toBe(kind);
}, 20_000);

test("genPrivateKey knows no other keys", () => {
  expect(rendered('{{ genPrivateKey "x" }}')).toBe("Unknown type x");
});

test.each(["ecdsa", "ed25519", "rsa"])("a %s key that is given is the certificate's, and signs the same each time", (type) => {
  const template = `{{ $key := genPrivateKey "${type}" }}{{ $ca := genCAWithKey "ca" 10 $key }}{{ $self := genSelfSignedCertWithKey "é" nil (list "a") 10 $key }}{{ $leaf := genSignedCertWithKey "x" nil nil 5 $ca $key }}{{ list $ca.Cert $self.Cert $leaf.Cert $ca.Key $key | toJson }}`;
  const [ca = "", self = "", leaf = "", key, given] = pems(template);
  const issuer = new X509Certificate(ca);
  expect(key).toBe(given);
  expect(issuer.publicKey.equals(createPublicKey(given ?? ""))).toBe(true);
  expect([issuer.verify(issuer.publicKey), new X509Certificate(self).verify(issuer.publicKey), new X509Certificate(leaf).verify(issuer.publicKey)]).toEqual([true, true, true]);
  expect(pems(template)).toEqual([ca, self, leaf, key, given]);
});

test("a certificate is the same within a window, and renewed with a third of its life left", () => {
  const template = 'genSelfSignedCert "a" nil nil 30';
  const { validFromDate, validToDate, serialNumber, publicKey } = certificate(template);
  const from = validFromDate.getTime();
  expect(validToDate.getTime() - from).toBe(30 * DAY);
  expect(from <= NOON.getTime() && NOON.getTime() < from + 20 * DAY).toBe(true);
  expect([from, from + 20 * DAY - 1000].map((time) => certificate(template, new Date(time)).serialNumber)).toEqual([serialNumber, serialNumber]);
  const next = certificate(template, new Date(from + 20 * DAY));
  expect(next.serialNumber).not.toBe(serialNumber);
  expect(next.validFromDate.getTime()).toBe(from + 20 * DAY);
  expect(next.publicKey.equals(publicKey)).toBe(true);
});

test("each call tells when its window ends", () => {
  const moments: Date[] = [];
  const template = '{{ $ca := genCA "a" 365 }}{{ $c := genSignedCert "b" nil nil 1 $ca }}{{ $c.Cert }}';
  const leaf = new X509Certificate(rendered(template, null, { ...scopeAt(), renewAt: (moment) => void moments.push(moment) }));
  expect(moments.length).toBe(2);
  expect(moments.every((moment) => moment > NOON)).toBe(true);
  expect(moments[1]).toEqual(leaf.validToDate);
});

test("certificates go by the real time, not by what now answers", () => {
  const scope = { ...scopeAt(new Date(0)), clock: NOON };
  const { validToDate } = new X509Certificate(rendered('{{ (genCA "a" 30).Cert }}', null, scope));
  expect(validToDate > NOON).toBe(true);
});

test.each(["a", "b", "c", "d"])("what a CA signs holds no longer than the CA (%s)", (identity) => {
  const [ca = "", leaf = ""] = pems('{{ $ca := genCA "ca" 30 }}{{ $c := genSignedCert "x" nil nil 3650 $ca }}{{ list $ca.Cert $c.Cert | toJson }}', NOON, identity);
  expect(new X509Certificate(leaf).validToDate).toEqual(new X509Certificate(ca).validToDate);
});

test("a certificate from elsewhere signs too, with its own name", () => {
  const template = '{{ $ca := genCA "ca & co*" 30 }}{{ $own := buildCustomCert (b64enc $ca.Cert) (b64enc $ca.Key) }}{{ $c := genSignedCert "x" nil nil 3 $own }}{{ list $ca.Cert $c.Cert $own.Cert | toJson }}';
  const [ca = "", leaf = "", own] = pems(template);
  expect(own).toBe(ca);
  expect(new X509Certificate(leaf).checkIssued(new X509Certificate(ca))).toBe(true);
});

test.each([
  ['{{ buildCustomCert "a%" "b" }}', "unable to decode base64 certificate"],
  ['{{ buildCustomCert "YQ==" "b%" }}', "unable to decode base64 private key"],
  ['{{ buildCustomCert "YQ==" "YQ==" }}', "unable to decode certificate"],
  ['{{ $c := genCA "a" 1 }}{{ buildCustomCert (b64enc $c.Cert) "YQ==" }}', "error parsing private key: no PEM data in input"],
  ['{{ genSelfSignedCert "a" (list "1.2.3") nil 1 }}', "error parsing ip: 1.2.3"],
  ['{{ genSelfSignedCert "a" (list "fe80::1%eth0") nil 1 }}', "error parsing ip: fe80::1%eth0"],
  ['{{ genSelfSignedCert "a" (list 1) nil 1 }}', "error parsing ip: 1 is not a string"],
  ['{{ genSelfSignedCert "a" nil (list 1) 1 }}', "error processing alternate dns name: 1 is not a string"],
  ['{{ genSelfSignedCert "a" nil (list "é") 1 }}', 'error creating certificate: x509: "é" cannot be encoded as an IA5String'],
  ['{{ genCAWithKey "a" 1 "x" }}', "parsing private key: no PEM data in input"],
  ['{{ genCAWithKey "a" 1 "-----BEGIN RSA PRIVATE KEY-----\\nAAAA\\n-----END RSA PRIVATE KEY-----\\n" }}', "parsing private key: parsing RSA private key from PEM: x509: failed to parse private key"],
  ['{{ genCAWithKey "a" 1 (genPrivateKey "dsa") }}', "error creating certificate: x509: certificate private key does not implement crypto.Signer"],
  ['{{ $a := genCA "a" 1 }}{{ $b := genCA "b" 1 }}{{ $c := buildCustomCert (b64enc $a.Cert) (b64enc $b.Key) }}{{ genSignedCert "x" nil nil 1 $c }}', "error creating certificate: x509: provided PrivateKey doesn't match parent's PublicKey"],
])("what cannot be made fails in sprig's words: %s", (template, text) => {
  expect(failing(template)).toBe(text);
});

test.each([
  ["::", "0:0:0:0:0:0:0:0"],
  ["1::", "1:0:0:0:0:0:0:0"],
  ["1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"],
  ["::ffff:1.2.3.4", "1.2.3.4"],
  ["10.0.0.1", "10.0.0.1"],
])("an address is written as Go writes it: %s", (address, written) => {
  expect(certificate(`genSelfSignedCert "a" (list "${address}") nil 1`).subjectAltName).toBe(`IP Address:${written}`);
});

test.each(["1.2.3.4::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", ":::", "12345::1", "01.2.3.4", "1.2.3.256", "1::2:3:4:5:6:7:8", ""])("%j is no address", (address) => {
  expect(failing(`{{ genSelfSignedCert "a" (list "${address}") nil 1 }}`)).toBe(`error parsing ip: ${address}`);
});

test("keys and hashes are paid for", () => {
  let units = 0;
  const scope = { ...scopeAt(), spend: (count: number) => void (units += count) };
  rendered('{{ $_ := genCA "a" 1 }}{{ $_ = bcrypt "x" }}{{ $_ = derivePassword 1 "pin" "a" "b" "c" }}{{ $_ = genPrivateKey "rsa" }}', null, scope);
  expect(units).toBeGreaterThan(800_000);
}, 20_000);

test("a certificate prints, and is written as JSON, as Go's struct", () => {
  expect(rendered('{{ $c := genCA "a" 1 }}{{ eq (print $c) (printf "{%s %s}" $c.Cert $c.Key) }}{{ typeOf $c }}{{ kindOf $c }}{{ toJson $c | trunc 9 }}')).toBe('truesprig.certificatestruct{"Cert":"');
});
