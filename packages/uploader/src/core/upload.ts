import { call, fileInfo, readFile } from "./call";
import { extensionOf, typeOf } from "./content-type";
import type { UploadError } from "./errors";
import { failure, isUploadError } from "./errors";
import type { Job } from "./job";
import type { Uploaded, UploadMethod, UploadOptions } from "./options";
import { progressOf } from "./progress";
import { persistently } from "./retry";
import type { Settings } from "./service";
import { askService } from "./service";
import type { Answer, Ticket } from "./service-answer";
import { placeOf, readTicket, storageError } from "./service-answer";

/** What the service is told of a file; what is empty is not told. */
export interface Told {
  readonly ext: string;
  readonly type: string;
  readonly rule: string;
  /** In bytes; undefined where the platform cannot tell. */
  readonly size: number | undefined;
  readonly md5: string;
  readonly name: string;
  readonly meta: Readonly<Record<string, string>>;
}

/** A file that is large enough for parts. */
export interface LargeFile extends Told {
  readonly size: number;
}

/** Looks at a file before it is uploaded. @throws {UploadError} */
export function lookAt<F>(
  job: Job,
  file: F,
  options: UploadOptions,
  { platform, transferTimeoutMs }: Settings<F>,
): Promise<Told> {
  const { rule = "", md5 = false, name = "", meta = {} } = options;
  const { ext = extensionOf(platform.nameOf(file)), type = typeOf(ext) } = options;
  return fileInfo(job, platform, file, md5, transferTimeoutMs).then(({ size, digest }) => {
    if (md5 && !digest)
      throw failure("client", "DigestUnavailable", "This platform cannot compute an MD5 digest.");
    return { ext, type, rule, size, md5: (md5 && digest) || "", name, meta };
  });
}

/** Uploads one file in one request, as often as it takes. @throws {UploadError} */
export function uploadWhole<F>(
  job: Job,
  file: F,
  { size, meta, ...about }: Told,
  options: UploadOptions,
  settings: Settings<F>,
): Promise<Uploaded<F>> {
  const { method = "POST" } = options;
  const own: Record<string, string> = { size: size === undefined ? "" : String(size) };
  Object.keys(meta).forEach((key) => {
    own[`meta.${key}`] = meta[key] || "";
  });
  const query = queryOf(Object.assign(own, about));
  const report = progressOf(job, size || 0, options, settings.onError);
  report(0);
  return persistently(job, settings, () =>
    sign(job, method, query, settings).then((ticket) =>
      send(job, file, ticket, report, settings).then(() => {
        report(1);
        return { filePath: file, key: ticket.key, size: size || 0 };
      }),
    ),
  );
}

function sign<F>(job: Job, method: UploadMethod, query: string, settings: Settings<F>): Promise<Ticket> {
  const name = method === "PUT" ? "put-sign" : "post-policy";
  return askService(job, settings, name, `?${query}`).then((answer) => readTicket(answer, method));
}

function send<F>(
  job: Job,
  file: F,
  ticket: Ticket,
  onProgress: (fraction: number) => void,
  settings: Settings<F>,
): Promise<Answer> {
  return (ticket.method === "PUT" ? put : post)(job, file, ticket, onProgress, settings).then(
    (answer) => accepted(answer, ticket),
    (error: UploadError) => {
      throw isUploadError(error) ? Object.assign(error, placeOf(ticket)) : error;
    },
  );
}

/** @throws {UploadError} what COS refused */
export function accepted(answer: Answer, ticket: Ticket): Answer {
  if (answer.statusCode < 200 || answer.statusCode > 299) throw storageError(answer, ticket);
  return answer;
}

type Transfer = <F>(
  job: Job,
  file: F,
  ticket: Ticket,
  onProgress: (fraction: number) => void,
  settings: Settings<F>,
) => Promise<Answer>;

const put: Transfer = (job, file, { url, header }, onProgress, settings) => {
  const { platform, transferTimeoutMs: timeout } = settings;
  return readFile(job, platform, file, timeout).then((data) =>
    call(job, platform, "COS's answer", timeout, [header], (told) =>
      platform.request({ method: "PUT", url, header, timeout }, data, told, almost(onProgress)),
    ),
  );
};

const post: Transfer = (job, file, { url, header, formData }, onProgress, settings) => {
  const { platform, transferTimeoutMs: timeout, stallTimeoutMs } = settings;
  return call(job, platform, "COS's answer", timeout, [header, formData], (told) =>
    platform.upload({ method: "POST", url, header, timeout }, file, formData, told, (fraction) => {
      told.alive(stallTimeoutMs);
      almost(onProgress)(fraction);
    }),
  );
};

/** All is there only when COS says so. */
function almost(onProgress: (fraction: number) => void): (fraction: number) => void {
  return (fraction) => onProgress(Math.min(fraction, 0.99));
}

/** Without what is empty. */
function queryOf(parameters: Readonly<Record<string, string>>): string {
  return Object.keys(parameters)
    .filter((name) => parameters[name])
    .map((name) => `${encodeURIComponent(name)}=${encodeURIComponent(parameters[name] || "")}`)
    .join("&");
}
