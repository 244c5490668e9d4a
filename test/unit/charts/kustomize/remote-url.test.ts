import { describe, expect, test } from "vitest";
import { parseRemoteUrl } from "../../../../charts/kustomize/remote-url.ts";

const ORG = "https://github.com/org/repo";

describe("an address of a folder in a repository is cut up as kustomize cuts it", () => {
  test.each([
    ["https://github.com/org/repo//overlays/prod?ref=v1.2.0", ORG, "v1.2.0", "overlays/prod"],
    ["https://github.com/org/repo/overlays/prod?ref=main&timeout=90s&submodules=false", ORG, "main", "overlays/prod"],
    ["github.com/org/repo//base", ORG, "", "base"],
    ["GitHub.com/org/repo", ORG, "", ""],
    ["github.com:org/repo?version=v2", ORG, "v2", ""],
    ["https://github.com/org/repo?version=v2&ref=v1", ORG, "v1", ""],
    ["git::https://github.com/org/repo.git//a/../b/?ref=feature/x", `${ORG}.git`, "feature/x", "b"],
    ["HTTPS://Git.Example.com:8443/group/sub/repo.git/deploy?ref=1", "https://git.example.com:8443/group/sub/repo.git", "1", "deploy"],
    ["https://git.example.com/group/sub/repo//deploy", "https://git.example.com/group/sub/repo", "", "deploy"],
    ["https://git.example.com:443/org/repo/", "https://git.example.com/org/repo", "", ""],
    ["https://dev.azure.com/org/project/_git/repo/deploy/base?ref=main", "https://dev.azure.com/org/project/_git/repo", "main", "deploy/base"],
    ["https://dev.azure.com/org/project/_git/repo", "https://dev.azure.com/org/project/_git/repo", "", ""],
    ["http://127.0.0.1:3000/shop.git", "http://127.0.0.1:3000/shop.git", "", ""],
    ["https://git.example.com/org/repo//deploy.yaml?ref=v1", "https://git.example.com/org/repo", "v1", "deploy.yaml"],
    ["https://git.example.com/org/repo//a?ref=x&ref=y", "https://git.example.com/org/repo", "x", "a"],
  ])("%s", (text, url, ref, path) => {
    expect(parseRemoteUrl(text)).toEqual({ url, ref, path });
  });
});

test.each(["base", "../base", "/etc/base", "example.com/org/repo?ref=v1", "git.example.com/org/repo.git", ""])("%j is a path", (text) => {
  expect(parseRemoteUrl(text)).toBeUndefined();
});

describe("is refused with what to write instead:", () => {
  test.each([
    ["git@github.com:org/repo.git//base?ref=v1", /is fetched over SSH, which Driftless does not speak; write https:\/\/github\.com\/org\/repo\.git\/\/base$/],
    ["ssh://git@git.example.com/org/repo.git", /over SSH.*write https:\/\/git\.example\.com\/org\/repo\.git$/],
    ["git@git.example.com:org/repo", /over SSH.*write https:\/\/git\.example\.com\/org\/repo$/],
    ["file:///etc/repo.git", /is a path of a machine, which is not read/],
    ["https://user@git.example.com/org/repo", /^remote base has credentials in its address/],
    ["https://user:canary@git.example.com/org/repo", /^(?!.*canary).*credentials in its address/],
    ["https://raw.example.com/org/repo/main/deploy.yaml", /is a single file: files are not fetched over HTTP/],
    ["https://git.example.com/org/repo//../../x", /leads out of its repository$/],
    ["https://git.example.com/org/repo//base?ref=../x", /has a ref that is no name/],
    ["https://git.example.com/org/repo//base?ref=--upload-pack=x", /has a ref that is no name/],
    ["https://git.example.com/org/repo//base?ref=a%00b", /has a ref that is no name/],
    ["https://git.example.com/repo", /names no repository/],
    ["https://", /names no repository/],
    ["https://git.example.com//base", /names no repository/],
    ["https://git example.com/org/repo", /is no address of a repository/],
    ["https://git.example.com/org/repo#x", /is no address of a repository/],
  ])("%s", (text, message) => {
    expect(() => parseRemoteUrl(text)).toThrow(message);
  });
});
