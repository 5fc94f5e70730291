import { baseAddress } from "./address";
import { guarded } from "./callback";
import { extensionOf, typeOf } from "./content-type";
import type { UploadError } from "./errors";
import { failure, isUploadError } from "./errors";
import type { Job } from "./job";
import { sleep, waitFor } from "./job";
import type { Uploaded, UploaderOptions, UploadMethod, UploadOptions } from "./options";
import { call, fileInfo, onTaskProgress, readFile } from "./platform";
import type { Answer, Ticket } from "./service-answer";
import { placeOf, readTicket, serviceError, storageError } from "./service-answer";
import type { Tokens } from "./token";

/** An uploader's settings, with what was left out. */
export interface Settings {
  readonly endpoint: UploaderOptions["endpoint"];
  /** Undefined when the caller has no tokens. */
  readonly tokens: Tokens | undefined;
  readonly maxAttempts: number;
  readonly backoffMs: number;
  readonly signTimeoutMs: number;
  readonly transferTimeoutMs: number;
  readonly stallTimeoutMs: number;
  readonly onError: UploaderOptions["onError"];
}

const MAX_WAIT_MS = 10_000;

/** Uploads one file, as often as it takes. @throws {UploadError} */
export function uploadFile(
  job: Job,
  filePath: string,
  options: UploadOptions,
  settings: Settings,
): Promise<Uploaded> {
  const { method = "POST", rule = "", md5 = false } = options;
  const { ext = extensionOf(filePath), type = typeOf(ext) } = options;
  return fileInfo(job, filePath, md5, settings.transferTimeoutMs).then(({ size, digest }) => {
    if (md5 && !digest)
      throw failure("client", "DigestUnavailable", "This platform cannot compute an MD5 digest.");
    const sizeText = size === undefined ? "" : String(size);
    const query = queryOf({ ext, type, size: sizeText, md5: (md5 && digest) || "", rule });
    const report = progressOf(job, size || 0, options, settings);
    const attempt = (triesLeft: number, waitMs: number): Promise<Uploaded> =>
      sign(job, method, query, settings)
        .then((ticket) =>
          send(job, filePath, ticket, report, settings).then(() => ({
            filePath,
            key: ticket.key,
            size: size || 0,
          })),
        )
        .then(undefined, (error) => {
          if (!isUploadError(error) || !error.retryable || triesLeft < 2) throw error;
          const someMs = Math.min(waitMs, MAX_WAIT_MS) * (1 - Math.random() / 2);
          return sleep(job, someMs).then(() => attempt(triesLeft - 1, waitMs * 2));
        });
    report(0);
    return attempt(settings.maxAttempts, settings.backoffMs).then((uploaded) => {
      report(1);
      return uploaded;
    });
  });
}

/** Tells the caller of each fraction that is higher than all before. */
function progressOf(
  job: Job,
  totalBytes: number,
  { onProgress }: UploadOptions,
  { onError }: Settings,
): (fraction: number) => void {
  if (!onProgress) return () => {};
  const tell = guarded(onProgress, onError);
  let reached = -1;
  return (fraction) => {
    if (job.over || fraction <= reached) return;
    reached = fraction;
    tell({ fraction, sentBytes: Math.round(fraction * totalBytes), totalBytes });
  };
}

function sign(job: Job, method: UploadMethod, query: string, settings: Settings): Promise<Ticket> {
  const { endpoint, tokens, signTimeoutMs: timeout } = settings;
  const name = method === "PUT" ? "put-sign" : "post-policy";
  const base = baseAddress(typeof endpoint === "object" && endpoint ? endpoint[name] : endpoint);
  const url = `${base}/${name}?${query}`;
  const ask = (token: string) => {
    const header: Record<string, string> = token ? { Authorization: `Bearer ${token}` } : {};
    return call(job, "The signature", timeout, [header], ({ success, fail }) =>
      wx.request({ url, header, timeout, success, fail }),
    );
  };
  const seen = tokens ? tokens.logins : 0;
  return (tokens ? waitFor(job, tokens.ask) : Promise.resolve(""))
    .then(ask)
    .then((answer) => {
      if (answer.statusCode !== 401 || job.loggedIn || !tokens) return answer;
      return waitFor(job, () => tokens.logIn(seen)).then((token) => {
        job.loggedIn = true;
        return ask(token);
      });
    })
    .then((answer) => {
      if (answer.statusCode !== 200) throw serviceError(answer);
      return readTicket(answer, method);
    });
}

function send(
  job: Job,
  filePath: string,
  ticket: Ticket,
  onProgress: (fraction: number) => void,
  settings: Settings,
): Promise<Answer> {
  const transfer =
    ticket.method === "PUT"
      ? put(job, filePath, ticket, settings)
      : post(job, filePath, ticket, onProgress, settings);
  return transfer.then(
    (answer) => {
      if (answer.statusCode < 200 || answer.statusCode > 299) throw storageError(answer, ticket);
      return answer;
    },
    (error: UploadError) => {
      throw isUploadError(error) ? Object.assign(error, placeOf(ticket)) : error;
    },
  );
}

function put(job: Job, filePath: string, { url, header }: Ticket, settings: Settings): Promise<Answer> {
  const timeout = settings.transferTimeoutMs;
  return readFile(job, filePath, timeout).then((data) =>
    call(job, "COS's answer", timeout, [header], ({ success, fail }) =>
      wx.request({ url, method: "PUT", header, data, dataType: "text", timeout, success, fail }),
    ),
  );
}

function post(
  job: Job,
  filePath: string,
  { url, header, formData }: Ticket,
  onProgress: (fraction: number) => void,
  { transferTimeoutMs: timeout, stallTimeoutMs }: Settings,
): Promise<Answer> {
  return call(job, "COS's answer", timeout, [header, formData], ({ success, fail, alive }) => {
    const task: unknown = wx.uploadFile({
      url,
      filePath,
      name: "file",
      header,
      formData,
      timeout,
      success,
      fail,
    });
    onTaskProgress(task, (fraction) => {
      alive(stallTimeoutMs);
      onProgress(Math.min(fraction, 0.99));
    });
    return task;
  });
}

/** Without what is empty. */
function queryOf(parameters: Readonly<Record<string, string>>): string {
  return Object.keys(parameters)
    .filter((name) => parameters[name])
    .map((name) => `${name}=${encodeURIComponent(parameters[name] || "")}`)
    .join("&");
}
