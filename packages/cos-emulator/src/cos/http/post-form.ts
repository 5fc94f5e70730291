import { finished, type Readable } from "node:stream";
import { Busboy, type BusboyFileStream, type BusboyInstance } from "@fastify/busboy";
import { CosError } from "./errors.ts";

/** A form up to its file: the fields before it, and the file itself. */
export interface PostForm {
  /** Names in lower case: form fields stand for headers, and policies spell them in either case. */
  readonly fields: ReadonlyMap<string, string>;
  /** The last part of the name that the client gave; empty without one. */
  readonly filename: string;
  readonly file: Readable;
}

/** The result of receiving the file. It is discarded if the form turns out to be wrong after it. */
export interface Received {
  discard(): Promise<void>;
}

/** How much may precede the file. COS has an error for more (MaxPostPreDataLengthExceededError); we found no number. */
const MAX_FIELDS_BYTES = 64 * 1024;
const MAX_FIELDS = 100;

/**
 * Reads a multipart/form-data body as a stream: collects the fields, hands over the file as soon as it begins, and
 * makes sure that nothing but the end follows it. The file must be the form's last field (436/14690): COS would not see
 * a field after it, so the form is refused instead of being half used.
 *
 * @param receive receives the file; it must read or destroy the stream
 * @throws {CosError} MalformedPOSTRequest, IncorrectNumberOfFilesInPostRequest, MaxPostPreDataLengthExceededError, or
 * what `receive` throws. After any of them the rest of the body is left unread.
 */
export function readPostForm<T extends Received>(
  body: Readable,
  contentType: string | undefined,
  receive: (form: PostForm) => Promise<T>,
): Promise<T> {
  const parser = newParser(contentType);
  return new Promise<T>((resolve, reject) => {
    const fields = new Map<string, string>();
    let fieldsBytes = 0;
    let file: BusboyFileStream | undefined;
    let received: Promise<T> | undefined;
    let done = false;

    const fail = (error: unknown) => {
      if (done) return;
      done = true;
      body.unpipe(parser);
      file?.destroy();
      const leftovers = Promise.resolve(received).then((result) => result?.discard());
      leftovers.catch(() => undefined).finally(() => reject(error));
    };
    // A fault of the file itself, or of its sender, is reported before one that comes after the file.
    const failAfterFile = (error: unknown) => {
      received?.then(
        () => fail(error),
        () => undefined,
      );
    };

    // The parser's types say that every part has a name, which is not so.
    parser.on("field", (name: string | undefined, value, nameCut, valueCut) => {
      if (name === undefined) {
        fail(malformed("a part has no name"));
        return;
      }
      fieldsBytes += Buffer.byteLength(name) + Buffer.byteLength(value);
      if (file !== undefined) {
        failAfterFile(malformed(`the field ${name} comes after the file, which must be the last`));
      } else if (nameCut || valueCut || fieldsBytes > MAX_FIELDS_BYTES) {
        fail(tooMuchBeforeTheFile());
      } else if (fields.has(name.toLowerCase())) {
        fail(malformed(`the field ${name} occurs twice`));
      } else {
        fields.set(name.toLowerCase(), value);
      }
    });
    parser.on("file", (name, stream, filename) => {
      let broken = false;
      stream.on("error", () => {
        broken = true;
      });
      if (done || file !== undefined || name !== "file") {
        stream.resume();
        if (file !== undefined) failAfterFile(wrongNumberOfFiles("the form has two files"));
        else fail(malformed(`the file's field must be named "file", not ${JSON.stringify(name)}`));
        return;
      }
      file = stream;
      received = receive({ fields, filename: filename ?? "", file: stream });
      received.catch((error: unknown) => {
        fail(broken && !(error instanceof CosError) ? malformed("the file's part does not end") : error);
      });
    });
    parser.on("fieldsLimit", () => fail(tooMuchBeforeTheFile()));
    parser.on("error", () => fail(malformed("the body does not follow multipart/form-data")));
    parser.on("finish", () => {
      if (received === undefined) fail(wrongNumberOfFiles('the form has no field "file"'));
      received?.then(
        (result) => {
          if (done) return;
          done = true;
          resolve(result);
        },
        () => undefined,
      );
    });
    finished(body, { writable: false }, (error) => {
      if (error) fail(error);
    });
    body.pipe(parser);
  });
}

function newParser(contentType: string | undefined): BusboyInstance {
  if (contentType === undefined || !/^multipart\/form-data\s*;/i.test(contentType)) {
    throw malformed("the Content-Type must be multipart/form-data with a boundary");
  }
  try {
    return new Busboy({
      headers: { "content-type": contentType },
      limits: { fieldSize: MAX_FIELDS_BYTES, fields: MAX_FIELDS, headerPairs: 20 },
      isPartAFile: (name, _type, filename) => name === "file" || filename !== undefined,
    });
  } catch {
    throw malformed("the Content-Type has no usable boundary");
  }
}

function wrongNumberOfFiles(reason: string): CosError {
  return new CosError(
    "IncorrectNumberOfFilesInPostRequest",
    "POST requires exactly one file upload per request.",
    { reason },
  );
}

function tooMuchBeforeTheFile(): CosError {
  return new CosError(
    "MaxPostPreDataLengthExceededError",
    "Your POST request fields preceding the upload file were too large.",
    { reason: `at most ${MAX_FIELDS} fields of ${MAX_FIELDS_BYTES} bytes altogether may precede the file` },
  );
}

/** The message is COS's, https://www.tencentcloud.com/document/product/436/41164. */
function malformed(reason: string): CosError {
  return new CosError(
    "MalformedPOSTRequest",
    "The body of your POST request is not well-formed multipart/form-data.",
    { reason },
  );
}
