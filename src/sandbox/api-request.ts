import { Agent, request } from "node:https";
import type { KeyPairPem } from "./certificates.ts";

/** Just enough of an API client to bring a control plane up; everything else uses `src/kube`. */
export interface ApiRequester {
  /** Answers with status and text; rejects when there is no answer. `body` is sent as JSON. */
  send(method: "GET" | "POST" | "PATCH", path: string, body?: unknown): Promise<ApiAnswer>;
  /** Closes kept connections. */
  close(): void;
}

/** Answer of the API server. */
export interface ApiAnswer {
  readonly status: number;
  readonly text: string;
}

const TIMEOUT_MS = 10_000;

/** A requester that speaks to one server as the holder of a client certificate. */
export function createApiRequester(url: string, caPem: string, { certPem, keyPem }: KeyPairPem): ApiRequester {
  const agent = new Agent({ keepAlive: true, ca: caPem, cert: certPem, key: keyPem });
  const headers = { "user-agent": "driftless-sandbox", "content-type": "application/json" };
  return {
    send: (method, path, body) =>
      new Promise((resolve, reject) => {
        const outgoing = request(`${url}${path}`, { agent, method, headers, timeout: TIMEOUT_MS }, (answer) => {
          let text = "";
          answer.setEncoding("utf8");
          answer.on("data", (chunk: string) => (text += chunk));
          answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
          answer.on("error", reject);
        });
        outgoing.on("timeout", () => outgoing.destroy(new Error(`${method} ${path}: no answer in ${TIMEOUT_MS / 1000} s`)));
        outgoing.on("error", reject);
        outgoing.end(body === undefined ? undefined : JSON.stringify(body));
      }),
    close: () => agent.destroy(),
  };
}
