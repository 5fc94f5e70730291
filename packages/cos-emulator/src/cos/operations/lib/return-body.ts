import { readJson } from "../../../json/read-json.ts";
import { type CosError, invalidArgument, notImplemented } from "../../http/errors.ts";
import type { CosService } from "../../store/service.ts";
import type { StoredObject } from "../../store/stored-object.ts";

const VARIABLE = /\$\{([^}]*)\}/g;
const OF_MEDIA = /^(?:exif|imageInfo|videoInfo)(?:\.|$)/;

/** The answer that an upload asks for. */
export type ReturnBody = (
  service: CosService,
  object: StoredObject,
) => {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/**
 * `x-cos-return-body`: URL-safe base64 of a JSON object whose strings may contain `${bucket}`, `${object}`, `${size}`,
 * `${region}` and `${mimeType}` (https://cloud.tencent.com/document/product/436/97529). The values that Cloud
 * Infinite reads from images and videos are not emulated. We could not find out what COS answers to a template that it
 * cannot read.
 *
 * @param named headers or form fields, names in lower case
 * @throws {CosError} InvalidArgument; NotImplemented for exif, imageInfo and videoInfo
 */
export function readReturnBody(named: ReadonlyMap<string, string>): ReturnBody | undefined {
  const encoded = named.get("x-cos-return-body");
  if (encoded === undefined) return undefined;
  const template = parse(encoded);
  for (const [, name = ""] of JSON.stringify(template).matchAll(VARIABLE)) {
    if (OF_MEDIA.test(name)) throw notImplemented(`\${${name}} of x-cos-return-body`);
    if (!Object.hasOwn(VARIABLES, name)) throw invalid(`there is no variable \${${name}}`);
  }
  return (service, object) => ({
    headers: { "content-type": "application/json" },
    body: JSON.stringify(fill(template, service, object)),
  });
}

const VARIABLES: Readonly<Record<string, (service: CosService, object: StoredObject) => string>> = {
  bucket: ({ bucket }) => bucket.name,
  object: (_, { key }) => key,
  size: (_, { size }) => String(size),
  region: ({ bucket }) => bucket.region,
  mimeType: (_, { contentType }) => contentType,
};

function fill(node: unknown, service: CosService, object: StoredObject): unknown {
  if (typeof node === "string") {
    return node.replace(VARIABLE, (_, name: string) => VARIABLES[name]?.(service, object) ?? "");
  }
  if (Array.isArray(node)) return node.map((item: unknown) => fill(item, service, object));
  if (typeof node !== "object" || node === null) return node;
  return Object.fromEntries(Object.entries(node).map(([name, item]) => [name, fill(item, service, object)]));
}

function parse(encoded: string): object {
  if (!/^[\w+/-]*={0,2}$/.test(encoded)) throw invalid("it is not base64");
  const value = readJson(Buffer.from(encoded, "base64").toString("utf8"));
  if (typeof value === "object" && value !== null) return value;
  throw invalid("it is not the base64 of a JSON object");
}

function invalid(reason: string): CosError {
  return invalidArgument(`x-cos-return-body: ${reason}`);
}
