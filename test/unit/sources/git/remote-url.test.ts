import { expect, test } from "vitest";
import { displayUrl, parseRemoteUrl, serviceUrl } from "../../../../sources/git/remote-url.ts";

test("an address keeps its port and path and loses a slash at the end", () => {
  expect(parseRemoteUrl("https://git.example.com:8443/team/shop.git/").href).toBe("https://git.example.com:8443/team/shop.git");
});

test.each([
  ["git@git.example.com:team/shop.git", /not an address/],
  ["ssh://git.example.com/shop.git", /begins with ssh:\/\/; only https:\/\/ and http:\/\/ are supported/],
  ["file:///shop.git", /begins with file:/],
  ["https://ann:hidden@git.example.com/shop.git", /put them into a Secret/],
  ["https://hidden@git.example.com/shop.git", /put them into a Secret/],
  ["https://git.example.com/shop.git?private_token=hidden", /query or a fragment/],
])("the address %s is refused without showing a password", (text, message) => {
  expect(() => parseRemoteUrl(text)).toThrow(message);
  expect(() => parseRemoteUrl(text)).not.toThrow(/hidden/);
});

test("an address is shown without credentials and query", () => {
  expect(displayUrl(new URL("https://ann:pw@git.example.com/shop.git?x=1#y"))).toBe("https://git.example.com/shop.git");
});

test("services lie under the repository", () => {
  const base = parseRemoteUrl("https://git.example.com/shop.git");
  expect(serviceUrl(base, "info/refs", "service=git-upload-pack").href).toBe("https://git.example.com/shop.git/info/refs?service=git-upload-pack");
  expect(serviceUrl(base, "git-upload-pack").href).toBe("https://git.example.com/shop.git/git-upload-pack");
});
