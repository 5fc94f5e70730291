import type { CosRequest } from "./cos.ts";
import type { Chosen } from "./file.ts";
import type { Text } from "./text/en.ts";

/** A signed request, and what else a mistake may need. */
export interface Signed {
  readonly request: CosRequest;
  /** The object key, not encoded. */
  readonly key: string;
  readonly maxBytes: number;
  /** Signs another file, for mistakes that mix up two of them. */
  readonly another: () => Promise<CosRequest>;
  /** Sends a request before the real one. */
  readonly sendFirst: (request: CosRequest) => Promise<void>;
  /** `name-appid` and region of the real bucket. */
  readonly bucketHost: string;
}

/** A common mistake, made on purpose. */
export interface Mistake {
  readonly id: keyof Text["mistakes"];
  /** Additional parameters for the signing function, without which this would not be a mistake. */
  readonly pins?: (file: Chosen) => Readonly<Record<string, string>>;
  /** The only method with which the mistake is possible. */
  readonly only?: "PUT" | "POST";
  /** Whether only an emulator with --strict-transport refuses it. */
  readonly needsStrictTransport?: boolean;
  readonly make: (signed: Signed) => CosRequest | Promise<CosRequest>;
}

const DAY_SECONDS = 86_400;
/** The MD5 digest of an empty file. */
const OTHER_MD5 = "1B2M2Y8AsgTpgAmY7PhCfg==";
const TOKEN = "x-cos-security-token";

/** In the order in which people usually make them. */
export const MISTAKES: readonly Mistake[] = [
  {
    id: "key",
    make: ({ request, key }) => {
      const other = key.replace(/(\.[a-z0-9]+)$/, "-2$1");
      return withKey(request, key, other, other);
    },
  },
  {
    id: "encoding",
    make: ({ request, key }) => {
      const once = encodeURIComponent(key);
      return withKey(request, key, encodeURIComponent(once), once);
    },
  },
  {
    id: "signature",
    make: ({ request }) => tampered(request),
  },
  { id: "late", make: ({ request }) => yesterday(request) },
  {
    id: "type",
    pins: ({ blob }) => ({ type: blob.type }),
    make: ({ request }) =>
      request.fields === undefined
        ? withHeader(request, "content-type", "text/html")
        : withField(request, "Content-Type", "text/html"),
  },
  {
    id: "large",
    make: ({ request, maxBytes }) => ({ ...request, file: zeros(maxBytes + 1) }),
  },
  {
    id: "size",
    pins: ({ blob }) => ({ size: String(blob.size + 1) }),
    make: ({ request }) => request,
  },
  {
    id: "md5",
    pins: () => ({ md5: OTHER_MD5 }),
    make: ({ request }) => request,
  },
  {
    id: "no-token",
    make: ({ request }) => withField(withHeader(request, TOKEN, undefined), TOKEN, undefined),
  },
  {
    id: "other-token",
    make: async ({ request, another }) => {
      const other = await another();
      const token = other.headers[TOKEN] ?? other.fields?.[TOKEN];
      return request.fields === undefined
        ? withHeader(request, TOKEN, token)
        : withField(request, TOKEN, token);
    },
  },
  {
    id: "no-signature",
    make: ({ request, key }) =>
      request.fields === undefined
        ? { ...request, headers: {} }
        : { ...request, fields: { key, success_action_status: "200" } },
  },
  {
    id: "overwrite",
    make: async ({ request, sendFirst }) => {
      const careful = withHeader(request, "x-cos-forbid-overwrite", "true");
      await sendFirst(careful);
      return careful;
    },
  },
  {
    id: "plain",
    needsStrictTransport: true,
    make: ({ request }) => ({ ...request, url: request.url.replace(/^https:/, "http:") }),
  },
  {
    id: "host",
    only: "PUT",
    make: ({ request, bucketHost }) => withHost(request, bucketHost),
  },
  {
    id: "bucket",
    make: ({ request, bucketHost }) => withHost(request, `other-${bucketHost}`),
  },
];

/** Changes the key: to `path` in a URL, or to `field` in a form. */
function withKey(request: CosRequest, key: string, path: string, field: string): CosRequest {
  return request.fields === undefined
    ? { ...request, url: request.url.replace(key, path) }
    : withField(request, "key", field);
}

function withHeader(request: CosRequest, name: string, value: string | undefined): CosRequest {
  const others = Object.entries(request.headers).filter(([given]) => given.toLowerCase() !== name);
  return {
    ...request,
    headers: Object.fromEntries(value === undefined ? others : [...others, [name, value]]),
  };
}

/** Changes a field without moving it, since a form's order matters; undefined removes it. */
function withField(request: CosRequest, name: string, value: string | undefined): CosRequest {
  if (request.fields === undefined) return request;
  const fields = Object.entries(request.fields).flatMap(([given, old]) => {
    if (given !== name) return [[given, old] as const];
    return value === undefined ? [] : [[given, value] as const];
  });
  return { ...request, fields: Object.fromEntries(fields) };
}

function withHost(request: CosRequest, host: string): CosRequest {
  return { ...request, url: request.url.replace(/^(https?:\/\/)[^/]+/, `$1${host}`) };
}

function tampered(request: CosRequest): CosRequest {
  const flip = (signature: string) => (signature.startsWith("0") ? "1" : "0") + signature.slice(1);
  return request.fields === undefined
    ? changeAuthorization(request, (text) => text.replace(/(?<=q-signature=)[0-9a-f]+/, flip))
    : withField(request, "q-signature", flip(request.fields["q-signature"] ?? ""));
}

function changeAuthorization(request: CosRequest, change: (text: string) => string): CosRequest {
  return withHeader(request, "authorization", change(request.headers["Authorization"] ?? ""));
}

/** Moves the signature's times back by a day. Storage checks the time first, so the signature itself need not match. */
function yesterday(request: CosRequest): CosRequest {
  if (request.fields === undefined) {
    return changeAuthorization(request, (text) =>
      text.replace(
        /(q-(?:sign|key)-time=)(\d+);(\d+)/g,
        (_, name, start, end) => `${name}${earlier(start)};${earlier(end)}`,
      ),
    );
  }
  const policy = atob(request.fields["policy"] ?? "").replace(
    /"expiration":"([^"]*)"/,
    (_, time) => `"expiration":"${new Date(Date.parse(time) - DAY_SECONDS * 1000).toISOString()}"`,
  );
  return withField(request, "policy", btoa(policy));
}

function earlier(seconds: string): number {
  return Number(seconds) - DAY_SECONDS;
}

/** A large file of zeros, made of many references to one small block, so that it takes little memory. */
function zeros(bytes: number): Blob {
  const block = new Uint8Array(1024 ** 2);
  const blocks = Array.from({ length: Math.floor(bytes / block.length) }, () => block);
  return new Blob([...blocks, block.slice(0, bytes % block.length)]);
}
