import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Message {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

/** An HTTP client that keeps its connections and trusts the emulator's authority. */
export class Client {
  readonly #http = new HttpAgent({ keepAlive: true });
  readonly #https: HttpsAgent;

  /** @param ca PEM */
  constructor(ca: Buffer) {
    this.#https = new HttpsAgent({ keepAlive: true, ca });
  }

  /** Sends a request. It rejects only when the connection fails; any status is an answer. */
  send({ method, url, headers = {}, body }: Message): Promise<Answer> {
    const isHttps = url.startsWith("https:");
    return new Promise((resolve, reject) => {
      const sent = (isHttps ? httpsRequest : httpRequest)(
        url,
        {
          method,
          headers: { ...headers, ...(body && { "content-length": String(body.length) }) },
          agent: isHttps ? this.#https : this.#http,
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: Buffer.concat(chunks),
            }),
          );
        },
      );
      sent.on("error", reject);
      sent.end(body);
    });
  }

  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }
}
