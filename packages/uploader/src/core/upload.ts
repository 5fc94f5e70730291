import { askFile, call } from "./call";
import type { Job } from "./job";
import type { About, Digest, Method, Settings, Uploaded, UploadOptions } from "./options";
import type { FileInfo, Told } from "./platform";
import { progressOf } from "./progress";
import { persistently } from "./retry";
import { askService } from "./service";
import { checkStored, placed, readTicket } from "./service-answer";
import { encoded } from "./wrong-option";

/** The default of `partsFrom`, in bytes. */
export const PARTS_FROM = 10 * 1024 * 1024;

/** Finds out about a file before it is uploaded. @throws {UploadError} */
export function lookAt<F>(job: Job, file: F, options: UploadOptions, settings: Settings<F>): Promise<About> {
  return (options.md5 || sizeOf)(job, file, settings).then((info) => {
    const ext = options.ext || (/\.(\w{1,10})$/.exec(settings.platform.nameOf(file)) || [])[1] || info.ext;
    return Object.assign({}, options, { ext, size: info.size, md5: info.digest });
  });
}

const sizeOf: Digest = (job, file, settings) =>
  askFile(job, settings, (told: Told<FileInfo>) => settings.platform.info(file, told));

const POST: Method = {
  signedBy: "post-policy",
  transfer: (job, file, { url, header, formData }, settings, onSent) => {
    const { platform, transferTimeoutMs: timeout } = settings;
    return call(job, platform, "COS's answer", timeout, [header, formData], (told) =>
      platform.upload({ method: "POST", url, header, timeout }, file, formData, told, (fraction) => {
        // After that, the phone itself may still have most of it.
        told.alive(fraction < 1 ? settings.stallTimeoutMs : timeout);
        onSent(fraction);
      }),
    );
  },
};

/** Uploads a file in one request, and retries that. @throws {UploadError} */
export function uploadWhole<F>(job: Job, file: F, about: About, settings: Settings<F>): Promise<Uploaded<F>> {
  const method = about.method || POST;
  const size = about.size || 0;
  const query = queryOf(about);
  const report = progressOf(job, size, about, settings);
  // It reaches 1 only when COS confirms that it has the file.
  const onSent = (fraction: number) => report(Math.min(fraction, 0.99));
  report(0);
  return persistently(job, settings, () =>
    askService(job, settings, method.signedBy, query).then((answer) => {
      const ticket = readTicket(answer);
      return method
        .transfer(job, file, ticket, settings, onSent)
        .then((answer) => {
          checkStored(answer, ticket);
          report(1);
          return { filePath: file, key: ticket.key, size };
        })
        .catch((error) => {
          throw placed(error, ticket);
        });
    }),
  );
}

/** The query of a signing function; empty values are left out. */
function queryOf(about: About): string {
  const meta = about.meta || {};
  let query = "";
  const add = (name: string, value: string | number | undefined) => {
    if (value || value === 0) query += `&${encoded(name)}=${encoded(value)}`;
  };
  (["ext", "type", "rule", "size", "md5", "name"] as const).forEach((name) => {
    add(name, about[name]);
  });
  Object.keys(meta).forEach((name) => {
    add(`meta.${name}`, meta[name]);
  });
  return query.replace("&", "?");
}
