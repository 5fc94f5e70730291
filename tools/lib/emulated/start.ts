import { fileURLToPath } from "node:url";
import { textOf, Worker } from "../worker.ts";

/** An emulator in a process of its own, so that whoever loads it does not slow it down. */
export interface EmulatorProcess {
  /** Of the functions' entry. */
  readonly url: string;
  /** `host:port`, http and https. */
  readonly cosHost: string;
  /** `host:port`, https. */
  readonly stsEndpoint: string;
  /** The PEM file of the authority that signed its certificates. */
  readonly caFile: string;
  /** The permanent key of its account. */
  readonly account: { readonly secretId: string; readonly secretKey: string };
  close(): Promise<void>;
}

/**
 * @param dataDirectory where its objects and certificates go
 * @param functionsDirectory `<name>/index.js` each
 */
export async function startEmulatorProcess(
  dataDirectory: string,
  functionsDirectory: string,
): Promise<EmulatorProcess> {
  const script = fileURLToPath(new URL("child.ts", import.meta.url));
  const worker = await Worker.start(script, [dataDirectory, functionsDirectory], {}, ["--import", "tsx"]);
  return {
    url: textOf(worker.hello, "url"),
    cosHost: textOf(worker.hello, "cosHost"),
    stsEndpoint: textOf(worker.hello, "stsEndpoint"),
    caFile: textOf(worker.hello, "caFile"),
    account: {
      secretId: textOf(worker.hello, "secretId"),
      secretKey: textOf(worker.hello, "secretKey"),
    },
    close: () => worker.close(),
  };
}
