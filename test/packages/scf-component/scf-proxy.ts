import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { listen, stop } from "../../../packages/cos-emulator/src/cloud/listen.ts";

/** One call of the API in transit. */
export interface ProxiedCall {
  /** Such as `CreateFunction`. */
  readonly action: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** What happens to a call instead of an answer. */
export type Fault =
  | { readonly kind: "refused"; readonly code: string; readonly message?: string }
  | { readonly kind: "http"; readonly status: number }
  /** The connection is closed before the call reaches the API. */
  | { readonly kind: "closed" }
  /** The call takes effect, and then the connection is closed. */
  | { readonly kind: "lost" }
  /** The answer is changed before it is returned. */
  | { readonly kind: "edited"; readonly edit: (answer: Record<string, unknown>) => void };

export interface ScfProxy {
  readonly origin: string;
  /** Every call received, including those given a fault: `<action> <function or domain>`. */
  readonly calls: string[];
  /** The calls among them that change something. */
  writes(): string[];
  fault: (call: ProxiedCall) => Fault | undefined;
  close(): Promise<void>;
}

/** A proxy for SCF's API that counts calls and injects a test's faults. */
export async function startScfProxy(target: string): Promise<ScfProxy> {
  const server = createServer((message, response) => {
    relay(message, response).catch(() => response.destroy());
  });
  const proxy: ScfProxy = {
    origin: `http://127.0.0.1:${await listen(server, 0)}`,
    calls: [],
    writes: () => proxy.calls.filter((call) => !/^(Get|List)/.test(call)),
    fault: () => undefined,
    close: () => stop(server),
  };

  async function relay(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readAll(message);
    const action = String(message.headers["x-tc-action"]);
    const parameters = JSON.parse(body.toString("utf8"));
    proxy.calls.push(`${action} ${parameters.FunctionName ?? parameters.Domain ?? ""}`.trim());
    const fault = proxy.fault({ action, parameters });
    if (fault?.kind === "closed") {
      message.socket.destroy();
      return;
    }
    if (fault?.kind === "refused") {
      const refusal = { Code: fault.code, Message: fault.message ?? "no" };
      send(response, 200, { Response: { Error: refusal, RequestId: "request-of-the-fault" } });
      return;
    }
    if (fault?.kind === "http") {
      send(response, fault.status, "<html>busy</html>");
      return;
    }
    const answer = await forward(target, message, body);
    if (fault?.kind === "lost") {
      message.socket.destroy();
      return;
    }
    if (fault?.kind === "edited") fault.edit(answer.Response);
    send(response, 200, answer);
  }
  return proxy;
}

/** With the Host header as it was received, since it is signed. */
function forward(
  target: string,
  message: IncomingMessage,
  body: Buffer,
): Promise<{ Response: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(target, { method: "POST", headers: message.headers }, (answer) => {
      readAll(answer).then((content) => resolve(JSON.parse(content.toString("utf8"))), reject);
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}
