import { number, object, parseJson, pipe, safeParse, string } from "valibot";
import { parts as inParts } from "../../../packages/uploader/src/parts.ts";
import { type UploadOptions, uploaderOn, webPlatform } from "../../../packages/uploader/src/web.ts";
import type { Session } from "./api.ts";
import { throughEmulator } from "./cos.ts";
import type { Chosen } from "./file.ts";

/** How far the parts of a file are. */
export interface PartsProgress {
  /** Of all bytes, 0 to 1. */
  readonly fraction: number;
  /** Parts that storage has. */
  readonly done: number;
  /** 0 until the function has said how large a part is. */
  readonly all: number;
}

interface Options extends Pick<UploadOptions, "signal" | "pause"> {
  readonly onProgress: (progress: PartsProgress) => void;
}

/** Of the client, for a file of any size: here somebody wants to see the parts. */
const PARTS_FROM = 1;

/**
 * Uploads a file in parts, with the client that Mini Programs and web pages use; an interrupted upload
 * continues where it stopped.
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

/** A browser does not trust the emulator's certificates, and lets no page write Host: the page's server sends it on. */
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

/** What is seen of an upload's parts as their requests pass. */
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
