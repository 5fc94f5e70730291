import { createRequire } from "node:module";
import { vi } from "vitest";
import { createUploadWx } from "../support/wx.ts";

/** What getAuthorization has to return. */
export interface SdkCredentials {
  readonly TmpSecretId: string;
  readonly TmpSecretKey: string;
  readonly SecurityToken: string;
  /** Unix seconds. */
  readonly StartTime: number;
  readonly ExpiredTime: number;
  readonly ScopeLimit: boolean;
}

export type GetAuthorization = (
  options: { readonly SystemClockOffset: number },
  callback: (credentials: Partial<SdkCredentials>) => void,
) => void;

interface BucketParams {
  readonly Bucket: string;
  readonly Region: string;
}

interface UploadParams extends BucketParams {
  readonly Key: string;
  readonly FilePath: string;
  readonly ChunkSize?: number;
  readonly AsyncLimit?: number;
}

/** What both SDKs can do. */
export interface Sdk {
  sliceUploadFile(params: UploadParams): Promise<{ readonly ETag: string }>;
  /** In one piece or in parts, depending on the size. */
  uploadFile(params: UploadParams): Promise<{ readonly ETag: string }>;
  multipartList(params: BucketParams & { readonly Prefix: string }): Promise<{ readonly Upload: object[] }>;
  /** Aborts every upload to the key. */
  abortUploadTask(params: BucketParams & { readonly Key: string; readonly Level: "file" }): Promise<object>;
}

export interface SdkOptions {
  readonly getAuthorization: GetAuthorization;
  /** The folder in which the SDK keeps its state. */
  readonly directory: string;
  /** Where requests to the bucket's host go, on loopback and without TLS. */
  readonly port: number;
  readonly SimpleUploadMethod?: "putObject" | "postObject";
}

const require = createRequire(import.meta.url);

/** Loads a package as a newly started program does: without its state in memory. */
function load(name: string, path: string) {
  for (const file of Object.keys(require.cache)) {
    if (file.includes(`/node_modules/${name}/`)) delete require.cache[file];
  }
  return require(path);
}

/** cos-wx-sdk-v5 in a newly opened Mini Program. */
export function startWxSdk({ getAuthorization, port, SimpleUploadMethod }: SdkOptions): Sdk {
  vi.stubGlobal("wx", createUploadWx(port));
  const COS = load("cos-wx-sdk-v5", "cos-wx-sdk-v5/index.js");
  return new COS({ getAuthorization, ...(SimpleUploadMethod !== undefined && { SimpleUploadMethod }) });
}

/** cos-nodejs-sdk-v5 in a newly started process. */
export function startNodeSdk({ getAuthorization, directory, port }: SdkOptions): Sdk {
  const COS = load("cos-nodejs-sdk-v5", "cos-nodejs-sdk-v5");
  return new COS({
    getAuthorization,
    Ip: `127.0.0.1:${port}`,
    Protocol: "http:",
    AutoSwitchHost: false,
    ConfCwd: directory,
  });
}
