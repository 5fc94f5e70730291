import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";

/** The largest file that is checked. */
const MAX_BYTES = 10 * 1024 * 1024;
const TIMEOUT_MS = 10_000;

/** Fetches a file as WeChat's servers do, without anybody's headers; undefined when it cannot be fetched. */
export function fetchMedia(url: string, ca: string): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const send = url.startsWith("https:") ? httpsRequest : httpRequest;
    const sending = send(url, { ca, agent: false, timeout: TIMEOUT_MS }, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MAX_BYTES) sending.destroy(new Error("too large"));
        chunks.push(chunk);
      });
      response.on("error", () => resolve(undefined));
      response.on("end", () => resolve(response.statusCode === 200 ? Buffer.concat(chunks) : undefined));
    });
    sending.on("timeout", () => sending.destroy(new Error("timeout")));
    sending.on("error", () => resolve(undefined));
    sending.end();
  });
}

/**
 * The first bytes of the formats that are checked: jpg, png, bmp, gif; mp3, aac, ac3, wma, flac, vorbis and opus in
 * Ogg, wav
 * (https://developers.weixin.qq.com/miniprogram/dev/server/API/sec-center/sec-check/api_mediacheckasync).
 */
const FORMATS = {
  2: ["ffd8ff", "89504e47", "424d", "47494638"],
  1: [
    "494433",
    "fffb",
    "fff3",
    "fff2",
    "fff1",
    "fff9",
    "0b77",
    "3026b275",
    "664c6143",
    "4f676753",
    "52494646",
  ],
} as const;

export type MediaType = keyof typeof FORMATS;

export function isOfType(file: Buffer, type: MediaType): boolean {
  const start = file.subarray(0, 4).toString("hex");
  return FORMATS[type].some((beginning) => start.startsWith(beginning));
}
