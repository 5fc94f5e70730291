import type { IncomingMessage, ServerResponse } from "node:http";
import { serveHttps } from "./https.ts";

/** How a test's STS handles one request, whose form it has read. */
export type Respond = (
  response: ServerResponse,
  form: URLSearchParams,
  request: IncomingMessage,
) => void | Promise<void>;

/** An STS that answers as a test says, trusted through `env`. It records its requests. */
export interface FakeSts {
  /** STS_ENDPOINT and NODE_EXTRA_CA_CERTS. */
  readonly env: Readonly<Record<string, string>>;
  readonly forms: URLSearchParams[];
  respond: Respond;
  closeIdle(): void;
  close(): Promise<void>;
}

export async function startFakeSts(respond: Respond = succeed()): Promise<FakeSts> {
  const server = await serveHttps(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const form = new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
    sts.forms.push(form);
    await sts.respond(response, form, request);
  });
  const sts: FakeSts = {
    env: { STS_ENDPOINT: server.host, NODE_EXTRA_CA_CERTS: server.caFile },
    forms: [],
    respond,
    closeIdle: server.closeIdle,
    close: server.close,
  };
  return sts;
}

/** Answers as STS does: a credential that lasts as long as requested, or as `overrides` say. */
export function succeed(overrides: { readonly now?: number; readonly expiredTime?: number } = {}): Respond {
  return (response, form) => {
    const now = overrides.now ?? Math.floor(Date.now() / 1000);
    const ExpiredTime = overrides.expiredTime ?? now + Number(form.get("DurationSeconds"));
    sendJson(response, {
      Credentials: { Token: "the-token", TmpSecretId: "AKIDtmp", TmpSecretKey: "the-temporary-key" },
      ExpiredTime,
      Expiration: new Date(ExpiredTime * 1000).toISOString(),
      RequestId: "req-1",
    });
  };
}

/** Refuses as STS does: 200, with the error inside. */
export function refuse(code: string): Respond {
  return (response) => {
    sendJson(response, { Error: { Code: code, Message: "no" }, RequestId: "req-2" });
  };
}

/** Puts this into `Response`, as every API of the cloud does. */
export function sendJson(response: ServerResponse, body: object): void {
  response.setHeader("content-type", "application/json").end(JSON.stringify({ Response: body }));
}
