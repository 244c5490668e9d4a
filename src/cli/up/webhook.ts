import { createHmac } from "node:crypto";

/** Calls a source's webhook as GitHub does after a push. Throws when it was not accepted. */
export async function callWebhook(url: string, token: string): Promise<void> {
  const body = JSON.stringify({ ref: "refs/heads/main" });
  const signature = createHmac("sha256", token).update(body).digest("hex");
  const answer = await fetch(url, { method: "POST", body, headers: { "content-type": "application/json", "x-github-event": "push", "x-hub-signature-256": `sha256=${signature}` } });
  if (answer.status !== 202) throw new Error(`the webhook answered ${answer.status}: ${(await answer.text()).trim()}`);
}
