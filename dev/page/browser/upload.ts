import type { Explanation } from "../../../packages/cos-explain/src/index.ts";
import { answersOf, explain, requestOf } from "../../../packages/cos-explain/src/index.ts";
import type { PageConfig, SentHead } from "../config.ts";
import { type Asked, ask, type Session, sessionPolicy } from "./api.ts";
import { type CosReply, type CosRequest, type Progress, sendToCos } from "./cos.ts";
import type { Chosen } from "./file.ts";
import { type FunctionAnswer, readAnswer } from "./function-answer.ts";
import { text } from "./language.ts";
import type { Mistake } from "./mistakes.ts";

export type Method = "PUT" | "POST" | "parts";

/** What to upload, and how. */
export interface Job {
  readonly file: Chosen;
  readonly method: Method;
  /** What storage should enforce exactly. */
  readonly pin: { readonly type: boolean; readonly size: boolean };
  readonly mistake: Mistake | undefined;
}

/** All requests and answers of one upload. */
export interface Exchange {
  readonly signing: Asked;
  /** The temporary key's session policy; undefined when the emulator does not know the key. */
  readonly sessionPolicy: unknown;
  readonly request: CosRequest;
  readonly sent: SentHead | undefined;
  readonly reply: CosReply | undefined;
  readonly explanation: Explanation | undefined;
  readonly key: string;
}

/** The connection to COS was cut. The exchange contains what happened before that. */
export class ConnectionCut extends Error {
  override readonly name = "ConnectionCut";
  readonly exchange: Exchange;

  constructor(exchange: Exchange) {
    super(text.cutOff);
    this.exchange = exchange;
  }
}

/**
 * Calls the signing function and sends the request that it answers, with the job's mistake if it has one.
 *
 * @throws {ApiError} when nothing was signed; {@link ConnectionCut}; DOMException AbortError
 */
export async function upload(
  job: Job,
  config: PageConfig,
  session: Session,
  progress: Progress,
): Promise<Exchange> {
  const { file, mistake } = job;
  const signing = await sign(job, session);
  progress.signal.throwIfAborted();
  const answer = readAnswer(signing.json);
  const signed = requestFrom(answer, file);
  const request =
    mistake === undefined
      ? signed
      : await mistake.make({
          request: signed,
          key: answer.cosKey,
          maxBytes: answer.maxBytes,
          another: async () =>
            requestFrom(readAnswer((await sign({ ...job, mistake: undefined }, session)).json), file),
          sendFirst: async (first) => void (await sendToCos(first, progress)),
          bucketHost: `${config.bucket}.cos.${config.region}.myqcloud.com`,
        });
  const policy = await sessionPolicy(secretIdOf(answer));
  const known = {
    signing,
    sessionPolicy: policy?.policy,
    request,
    key: answer.cosKey,
    explanation: undefined,
  };
  const reply = await sendToCos(request, progress).catch((error: unknown) => {
    if (error instanceof DOMException) throw error;
    throw new ConnectionCut({ ...known, sent: undefined, reply: undefined });
  });
  if (reply.sent === undefined) throw new ConnectionCut({ ...known, sent: undefined, reply: undefined });
  return {
    ...known,
    sent: reply.sent,
    reply,
    explanation: reply.status < 300 ? undefined : explainReply(reply, reply.sent, known),
  };
}

function sign({ file, method, pin, mistake }: Job, session: Session): Promise<Asked> {
  const { blob } = file;
  const parameters = new URLSearchParams({
    ...(file.ext !== undefined && { ext: file.ext }),
    ...(pin.type && blob.type !== "" && { type: blob.type }),
    ...(pin.size && { size: String(blob.size) }),
    ...mistake?.pins?.(file),
  });
  return ask(`/${method === "PUT" ? "put-sign" : "post-policy"}?${parameters}`, session);
}

/** The answer says exactly what to send. */
function requestFrom({ method, url, headers, fields }: FunctionAnswer, file: Chosen): CosRequest {
  return {
    method,
    url,
    headers,
    fields: Object.keys(fields).length > 0 ? fields : undefined,
    file: file.blob,
    filename: file.name,
  };
}

function secretIdOf({ qAk, authorization }: FunctionAnswer): string {
  return qAk || (/q-ak=([^&]*)/.exec(authorization)?.[1] ?? "");
}

function explainReply(
  reply: CosReply,
  sent: SentHead,
  { signing, request }: Pick<Exchange, "signing" | "request">,
) {
  return explain({
    error: reply.body,
    reason: reply.reason,
    cause: reply.cause,
    answers: answersOf(signing.json),
    request: requestOf({ ...sent, fields: request.fields, fileBytes: request.file.size }),
  });
}
