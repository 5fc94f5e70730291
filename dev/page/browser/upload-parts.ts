import { number, object, parseJson, pipe, safeParse, string } from "valibot";
import { parts as inParts } from "../../../packages/uploader/src/parts.ts";
import { type UploadOptions, uploaderOn, webPlatform } from "../../../packages/uploader/src/web.ts";
import type { Session } from "./api.ts";
import { throughEmulator } from "./cos.ts";
import type { Chosen } from "./file.ts";

/** The progress of an upload in parts. */
export interface PartsProgress {
  /** The fraction of all bytes, 0 to 1. */
  readonly fraction: number;
  /** How many parts storage has. */
  readonly done: number;
  /** How many parts there are; 0 until the function has said how large a part is. */
  readonly all: number;
}

interface Options extends Pick<UploadOptions, "signal" | "pause"> {
  readonly onProgress: (progress: PartsProgress) => void;
}

/** Files of any size are uploaded in parts: the person chose to see the parts. */
const PARTS_FROM = 1;

/**
 * Uploads a file in parts, with the client that Mini Programs and web pages use. An interrupted upload continues where it
 * stopped.
 *
 * @returns the object key
 * @throws {UploadError}
 */
export async function uploadInParts(
  { blob, ext, name }: Chosen,
  session: Session,
  { onProgress, ...options }: Options,
): Promise<string> {
  const parts = new Parts(blob.size);
  let fraction = 0;
  const tell = () => onProgress({ fraction, done: parts.done, all: parts.all });
  const platform: typeof webPlatform = {
    ...webPlatform,
    request(sending, body, told, onSent) {
      const success: typeof told.success = (answer) => {
        parts.hear(sending.url, answer.statusCode, answer.data);
        tell();
        told.success(answer);
      };
      return webPlatform.request(viaEmulator(sending), body, { ...told, success }, onSent);
    },
  };
  const { token } = session;
  const uploader = uploaderOn(platform, {
    endpoint: location.origin,
    parts: inParts,
    partsFrom: PARTS_FROM,
    ...(token !== undefined && { getToken: async () => token }),
  });
  const { key } = await uploader.upload(blob, {
    ...options,
    ...(ext !== undefined && { ext }),
    name,
    onProgress: (progress) => {
      fraction = progress.fraction;
      tell();
    },
  });
  return key;
}

/**
 * Sends requests to COS through the page's server: a browser does not trust the emulator's certificates, and does not let
 * a page set Host.
 */
function viaEmulator<T extends { readonly url: string; readonly header: Record<string, string> }>(
  sending: T,
): T {
  const header = Object.fromEntries(
    Object.entries(sending.header).filter(([name]) => name.toLowerCase() !== "host"),
  );
  const isOwn = sending.url.startsWith(`${location.origin}/`);
  return { ...sending, header, url: isOwn ? sending.url : throughEmulator(sending.url) };
}

const Begun = pipe(string(), parseJson(), object({ partSize: number() }));

/** Counts an upload's parts by watching its requests. */
class Parts {
  readonly #size: number;
  readonly #stored = new Set<string>();
  #partSize = 0;

  constructor(size: number) {
    this.#size = size;
  }

  get all(): number {
    return this.#partSize === 0 ? 0 : Math.ceil(this.#size / this.#partSize);
  }

  get done(): number {
    return this.#stored.size;
  }

  hear(url: string, status: unknown, data: unknown): void {
    const part = /[?&]partNumber=(\d+)/.exec(url)?.[1];
    if (part !== undefined && status === 200) this.#stored.add(part);
    const begun = url.endsWith("/multipart") ? safeParse(Begun, data) : undefined;
    if (begun?.success) this.#partSize = begun.output.partSize;
  }
}
