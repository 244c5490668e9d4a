import { describe, expect, it } from "vitest";
import { commitState, gitHosts } from "../../../../../src/notify/channels/git-hosts.ts";
import type { MessageContent } from "../../../../../src/notify/message.ts";

describe("the status of a commit", () => {
  it.each<[string, Pick<MessageContent, "state" | "outcome">, string | undefined, string]>([
    ["is on its way", { state: "Progress" }, "Running", "pending running pending"],
    ["has succeeded", { state: "Resolved", outcome: "Succeeded" }, "Succeeded", "success success success"],
    ["has failed", { state: "Failed" }, "Failed", "failure failed failure"],
    ["has failed and was left", { state: "Failed", outcome: "Failed" }, "Failed", "failure failed failure"],
    ["was left for another one before it was done", { state: "Resolved", outcome: "Left" }, "Left", "error canceled error"],
    ["is none of a digest", { state: "Digest" }, undefined, ""],
  ])("%s", (_name, content, expected, words) => {
    const state = commitState(content);
    expect(state).toBe(expected);
    if (state === undefined) return;
    const status = { repository: "acme/shop", sha: "a".repeat(40), state, context: "driftless", description: "" };
    expect([gitHosts.GitHub, gitHosts.GitLab, gitHosts.Gitea].map((host) => host.body(status)["state"]).join(" ")).toBe(words);
  });
});
