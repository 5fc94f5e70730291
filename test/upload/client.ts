import { readFileSync } from "node:fs";
import { request } from "node:https";

/** Storage's answer. */
export interface CosAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** The `Code` of a refusal's XML. */
  readonly code: string | undefined;
}

export interface PutAnswer {
  readonly cosHost: string;
  readonly cosKey: string;
  readonly authorization: string;
  readonly securityToken: string;
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly expiresAt: number;
  readonly serverTime: number;
  readonly maxBytes: number;
}

export interface PostAnswer extends Omit<PutAnswer, "authorization" | "headers"> {
  readonly policy: string;
  readonly qSignAlgorithm: string;
  readonly qAk: string;
  readonly qKeyTime: string;
  readonly qSignature: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** Client code as in a Mini Program's pages, over HTTPS, trusting the emulator's authority. */
export class MiniProgram {
  readonly #ca: Buffer;

  constructor(caFile: string) {
    this.#ca = readFileSync(caFile);
  }

  /** Like `wx.request`: adds `content-type: application/json` unless told otherwise. */
  request(
    method: string,
    url: string,
    header: Readonly<Record<string, string>>,
    data: Buffer | string,
  ): Promise<CosAnswer> {
    return this.#send(
      method,
      url,
      { "content-type": "application/json", ...lowerCase(header) },
      Buffer.from(data),
    );
  }

  /** Like `wx.uploadFile`: a form with the fields in order and the file last, with its own MIME type. */
  uploadFile(
    url: string,
    formData: Readonly<Record<string, string>>,
    file: Buffer,
    header: Readonly<Record<string, string>> = {},
  ): Promise<CosAnswer> {
    const boundary = "----WebKitFormBoundaryTest";
    const fields = Object.entries(formData).map(
      ([name, value]) =>
        `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    );
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="photo.jpg"\r\nContent-Type: application/octet-stream\r\n\r\n`;
    const body = Buffer.concat([
      Buffer.from(fields.join("") + head),
      file,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]);
    return this.#send(
      "POST",
      url,
      { ...lowerCase(header), "content-type": `multipart/form-data; boundary=${boundary}` },
      body,
    );
  }

  /** PUT with only the four fields that the contract promises. */
  put(answer: PutAnswer, file: Buffer): Promise<CosAnswer> {
    const { cosHost, cosKey, authorization, securityToken } = answer;
    return this.request(
      "PUT",
      `https://${cosHost}/${cosKey}`,
      { Authorization: authorization, "x-cos-security-token": securityToken },
      file,
    );
  }

  /** POST with only the fields that the contract promises. */
  post(answer: PostAnswer, file: Buffer): Promise<CosAnswer> {
    return this.uploadFile(`https://${answer.cosHost}`, plainForm(answer), file);
  }

  #send(method: string, url: string, headers: Record<string, string>, body: Buffer): Promise<CosAnswer> {
    return new Promise((resolve, reject) => {
      const options = {
        method,
        ca: this.#ca,
        agent: false as const,
        headers: { ...headers, "content-length": body.length },
      };
      const outgoing = request(url, options, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("error", reject);
        incoming.on("end", () => {
          const text = Buffer.concat(chunks).toString("latin1");
          const code = /<Code>(.*?)<\/Code>/.exec(text)?.[1];
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: text, code });
        });
      });
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  }
}

/** The form of a client that knows the contract and reads nothing else. */
export function plainForm(answer: PostAnswer): Record<string, string> {
  return {
    key: answer.cosKey,
    success_action_status: "200",
    "Content-Type": "",
    "q-sign-algorithm": answer.qSignAlgorithm,
    "q-ak": answer.qAk,
    "q-key-time": answer.qKeyTime,
    "q-signature": answer.qSignature,
    policy: answer.policy,
    "x-cos-security-token": answer.securityToken,
  };
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
