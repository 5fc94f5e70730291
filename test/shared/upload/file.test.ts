import { expect, test, vi } from "vitest";
import { ServiceError } from "../../../shared/errors.ts";
import { readEvent } from "../../../shared/http/request.ts";
import { checkRules, RuleError } from "../../../shared/object/check-rules.ts";
import { defineRules, type Rule } from "../../../shared/object/rule.ts";
import { rules } from "../../../shared/object/rules.ts";
import { readFiles } from "../../../shared/upload/file.ts";

const read = (queryString: Record<string, unknown>) => readFiles(readEvent({ queryString }), rules);

const readList = (body: unknown, headers: Record<string, string> = { "content-type": "application/json" }) =>
  readFiles(
    readEvent({ httpMethod: "POST", headers, body: typeof body === "string" ? body : JSON.stringify(body) }),
    rules,
  );

function refusal(work: () => unknown): { code: string; status: number; index: number | undefined } {
  try {
    work();
  } catch (error) {
    if (error instanceof ServiceError) {
      expect(error.message).toMatch(/^\w.+\.$/);
      return { code: error.code, status: error.status, index: error.index };
    }
    throw error;
  }
  throw new Error("It was accepted.");
}

test.each([
  ["jpg", "jpg", "image/jpeg"],
  [".jpg", "jpg", "image/jpeg"],
  ["JPG", "jpg", "image/jpeg"],
  [".HeIc", "heic", "image/heic"],
  ["mp4", "mp4", "video/mp4"],
])("reads ext=%s as %s, of type %s", (given, ext, type) => {
  const [file] = read({ ext: given }).files;
  expect(file?.ext).toBe(ext);
  expect(file?.defaultType).toBe(type);
});

test.each([
  ["missing", {}],
  ["empty", { ext: "" }],
  ["a dot", { ext: "." }],
  ["repeated", { ext: ["jpg", "png"] }],
  ["repeated and the same", { ext: ["jpg", "jpg"] }],
  ["a number", { ext: 7 }],
  ["an object", { ext: { jpg: 1 } }],
  ["too long", { ext: "jpg".repeat(100) }],
  ["unknown", { ext: "xyz" }],
  ["a wildcard", { ext: "*" }],
  ["a slash", { ext: "jpg/x" }],
  ["a path", { ext: "../../etc/passwd" }],
  ["two dots", { ext: "..jpg" }],
  ["a NUL", { ext: "jpg\0" }],
  ["an encoded slash", { ext: "jpg%2F" }],
  ["a line break", { ext: "jpg\n" }],
  ["Chinese", { ext: "图片" }],
  ["full-width letters", { ext: "ｊｐｇ" }],
  ["a letter that folds to k", { ext: "m\u212av" }],
  ["emoji", { ext: "😀" }],
  ["html", { ext: "html" }],
  ["svg", { ext: "svg" }],
  ["an object's property", { ext: "constructor" }],
  ["the prototype", { ext: "__proto__" }],
  ["an extension of another rule", { ext: "pdf", rule: "avatar" }],
])("refuses an ext that is %s", (_, query) => {
  expect(refusal(() => read(query))).toMatchObject({ code: "ExtensionNotAllowed", status: 400 });
});

test.each([
  ["unknown", "nope"],
  ["an object's property", "constructor"],
  ["the prototype", "__proto__"],
  ["a space", " "],
  ["the word undefined", "undefined"],
])("refuses a rule that is %s", (_, rule) => {
  expect(refusal(() => read({ ext: "jpg", rule }))).toMatchObject({ code: "RuleNotFound", status: 400 });
});

// Of what it enforces, nothing is dropped: an empty size or digest is one that somebody failed to compute.
test("takes an empty parameter, and a null, that enforces nothing for one that was not given", () => {
  const [file] = read({ ext: "jpg", rule: "", type: "", name: "" }).files;
  expect(file).toEqual(read({ ext: "jpg" }).files[0]);
  const nothing = { rule: null, type: null, name: null, meta: null };
  expect(readList({ files: [{ ext: "jpg", ...nothing }] }).files[0]).toEqual(file);
  for (const enforced of ["size", "md5"]) {
    expect(refusal(() => read({ ext: "jpg", [enforced]: "" }))).toMatchObject({ code: "InvalidParameter" });
  }
});

test("applies the named rule", () => {
  expect(read({ ext: "jpg", rule: "avatar" }).files[0]?.rule.prefix).toBe("avatars");
});

test.each([
  ["of another kind", "text/html"],
  ["another extension's", "image/png"],
  ["repeated", ["image/jpeg", "image/jpeg"]],
])("refuses a type that is %s", (_, type) => {
  expect(refusal(() => read({ ext: "jpg", type }))).toMatchObject({ code: "TypeNotAllowed", status: 400 });
});

test.each([
  ["negative", "-1"],
  ["a fraction", "1.5"],
  ["in another notation", "1e3"],
  ["not a number", "NaN"],
  ["empty", ""],
  ["repeated", ["1", "1"]],
])("refuses a size that is %s", (_, size) => {
  expect(refusal(() => read({ ext: "jpg", size }))).toMatchObject({ code: "InvalidParameter", status: 400 });
});

test("refuses a size above the rule's as too large, but accepts the rule's own", () => {
  const maxBytes = rules.named("avatar")?.maxBytes ?? 0;
  expect(refusal(() => read({ ext: "jpg", rule: "avatar", size: `${maxBytes + 1}` }))).toMatchObject({
    code: "FileTooLarge",
    status: 413,
  });
  expect(read({ ext: "jpg", rule: "avatar", size: `${maxBytes}` }).files[0]?.pinned.size).toBe(maxBytes);
});

test.each([
  ["base64", "mQ/fVh815F3k6TAUm8m0eg=="],
  ["hex", "990fdf561f35e45de4e930149bc9b47a"],
])("reads md5 in %s", (_, md5) => {
  expect(read({ ext: "jpg", md5 }).files[0]?.pinned.md5).toBe("mQ/fVh815F3k6TAUm8m0eg==");
});

test("reads a plus sign of md5 that arrived as a space", () => {
  expect(read({ ext: "jpg", md5: " Q/fVh815F3k6TAUm8m0eg==" }).files[0]?.pinned.md5).toBe(
    "+Q/fVh815F3k6TAUm8m0eg==",
  );
});

test.each([
  "x",
  "990fdf561f35e45de4e930149bc9b47",
  "mQ/fVh815F3k6TAUm8m0eh==",
  "mQ/fVh815F3k6TAUm8m0eg==" + "=",
])("refuses md5=%s", (md5) => {
  expect(refusal(() => read({ ext: "jpg", md5 }))).toMatchObject({ code: "InvalidParameter", status: 400 });
});

test("reads values of the client's own from the query", () => {
  const [file] = read({ ext: "jpg", "meta.order": "17", "x.meta.": "no" }).files;
  expect(file?.metadata).toEqual({ "x-cos-meta-order": "17" });
  expect(read({ ext: "jpg" }).files[0]?.metadata).toEqual({});
});

test("says how large a file may be, and how large in parts where that is more", () => {
  const says = (size: number) => () => read({ ext: "mp4", size: String(size) });
  const [whole, inParts] = [200 * 1024 ** 2, 2048 * 1024 ** 2];
  const message = `Files of the rule "video" may have at most ${whole} bytes`;
  expect(says(whole)).not.toThrow();
  expect(says(whole + 1)).toThrow(`${message}, and ${inParts} when uploaded in parts (POST /multipart).`);
  expect(says(inParts)).toThrow("when uploaded in parts");
  expect(says(inParts + 1)).toThrow(`${message}.`);
});

test("reads a list in order", () => {
  const { files, isList } = readList({
    files: [{ ext: "jpg" }, { ext: "mp4", size: 5 }, { ext: "PNG", rule: "avatar" }],
  });
  expect(isList).toBe(true);
  expect(files.map((file) => file.ext)).toEqual(["jpg", "mp4", "png"]);
  expect(files[1]?.pinned).toEqual({ size: 5 });
});

test.each([
  ["no file", { files: [] }],
  ["21 files", { files: Array.from({ length: 21 }, () => ({ ext: "jpg" })) }],
  ["no list", { files: "jpg" }],
  ["a list of its own", [{ ext: "jpg" }]],
  ["another field", { files: [{ ext: "jpg" }], extra: 1 }],
  ["nothing", null],
])("refuses a body with %s", (_, body) => {
  expect(refusal(() => readList(body))).toEqual({ code: "InvalidParameter", status: 400, index: undefined });
});

test.each([
  ["a bad extension", { ext: "html" }, "ExtensionNotAllowed"],
  ["a misspelt field", { ext: "jpg", siez: 1 }, "InvalidParameter"],
  ["not an object", "jpg", "InvalidParameter"],
  ["a size that is too large", { ext: "jpg", size: 1e12 }, "FileTooLarge"],
  ["a rule that is an object's property", { ext: "jpg", rule: "constructor" }, "RuleNotFound"],
])("one file with %s refuses the list, and the error has its index", (_, file, code) => {
  expect(refusal(() => readList({ files: [{ ext: "jpg" }, { ext: "png" }, file] }))).toMatchObject({
    code,
    index: 2,
  });
});

test("refuses a body that is not JSON, too large, or of another type", () => {
  expect(refusal(() => readList("{"))).toMatchObject({ code: "InvalidJson", status: 400 });
  expect(refusal(() => readList(" ".repeat(17_000)))).toMatchObject({ code: "RequestTooLarge", status: 413 });
  expect(refusal(() => readList("{}", {}))).toMatchObject({ code: "UnsupportedMediaType", status: 415 });
  expect(refusal(() => readList("{}", { "Content-Type": "text/plain" }))).toMatchObject({ status: 415 });
});

test("__proto__ in a body is an unknown field like any other", () => {
  expect(refusal(() => readList('{"files":[{"ext":"jpg","__proto__":{"rule":"avatar"}}]}'))).toMatchObject({
    code: "InvalidParameter",
    index: 0,
  });
});

test("fixes only what was requested, and a single file is not a list", () => {
  const { files, isList } = read({ ext: "jpg" });
  expect(isList).toBe(false);
  expect(files[0]?.pinned).toEqual({});
});

test("fixes a type of the extension, whatever its case", () => {
  expect(read({ ext: "m4v", type: "Video/X-M4V" }).files[0]?.pinned).toEqual({ type: "video/x-m4v" });
});

test.each([
  ["zero", "0", 0],
  ["zero as a number", 0, 0],
  ["a number", 7, 7],
])("reads a size that is %s", (_, size, expected) => {
  expect(readList({ files: [{ ext: "jpg", size }] }).files[0]?.pinned).toEqual({ size: expected });
});

test.each([
  ["negative", -1],
  ["a fraction", 1.5],
  ["true", true],
  ["null", null],
  ["a list of one", ["5"]],
  ["too large for an exact number", 2 ** 53],
])("refuses a size in a list that is %s", (_, size) => {
  expect(refusal(() => readList({ files: [{ ext: "jpg", size }] }))).toMatchObject({
    code: "InvalidParameter",
    index: 0,
  });
});

test.each<[string, Record<string, unknown>, string]>([
  ["an ext in a list of one", { ext: ["jpg"] }, "ExtensionNotAllowed"],
  ["a rule in a list of one", { ext: "jpg", rule: ["avatar"] }, "RuleNotFound"],
  ["a type in a list of one", { ext: "jpg", type: ["image/jpeg"] }, "TypeNotAllowed"],
  ["an md5 in a list of one", { ext: "jpg", md5: ["990fdf561f35e45de4e930149bc9b47a"] }, "InvalidParameter"],
  ["an md5 that is null", { ext: "jpg", md5: null }, "InvalidParameter"],
])("refuses %s", (_, file, code) => {
  expect(refusal(() => readList({ files: [file] }))).toMatchObject({ code, index: 0 });
});

test.each([
  "x990fdf561f35e45de4e930149bc9b47a",
  "990fdf561f35e45de4e930149bc9b47ax",
  "xmQ/fVh815F3k6TAUm8m0eg==",
])("refuses md5=%s, which contains a digest", (md5) => {
  expect(refusal(() => read({ ext: "jpg", md5 }))).toMatchObject({ code: "InvalidParameter" });
});

test("accepts a list of up to 20 files", () => {
  expect(readList({ files: Array.from({ length: 20 }, () => ({ ext: "jpg" })) }).files).toHaveLength(20);
});

test("a refusal says what the rule accepts", () => {
  expect(() => read({ ext: "pdf", rule: "avatar" })).toThrow(
    'The rule "avatar" takes the extensions jpg, jpeg, png, webp.',
  );
  expect(() => read({ ext: "mp3", type: "x" })).toThrow("type must be audio/mpeg or audio/mp3");
  expect(() => readList({ files: [{ ext: "jpg", siez: 1 }] })).toThrow("Each of files");
});

test.each([
  // As phones and browsers report: issues uploadthing#1287, supabase/storage#1381, immich#2975.
  ["heic", "image/heif"],
  ["heif", "image/heic"],
  ["txt", "text/plain;charset=utf-8"],
  ["txt", "text/plain; charset=UTF-8"],
  ["avi", "video/avi"],
  ["m4a", "audio/x-m4a"],
  ["mp3", "audio/mp3"],
  ["jpg", "image/jpg"],
  ["jpg", "image/pjpeg"],
  ["png", "image/x-png"],
  ["wav", "audio/wave"],
  ["aac", "audio/vnd.dlna.adts"],
  ["flac", "audio/x-flac"],
  ["csv", "application/vnd.ms-excel"],
])("accepts a %s that a phone or a browser calls %s, and signs that name", (ext, type) => {
  expect(read({ ext, type }).files[0]?.pinned).toEqual({ type });
  expect(readList({ files: [{ ext, type }] }).files[0]?.pinned).toEqual({ type });
});

test.each([
  // https://github.com/transloadit/uppy/issues/2740 and 1988: MediaRecorder's types, in Chrome and in Firefox.
  ["webm", "video/webm;codecs=vp9,opus"],
  ["webm", 'video/webm; codecs="vp8, opus"'],
  ["mp4", "video/mp4;codecs=avc1.42E01E,mp4a.40.2"],
  // https://github.com/uploadcare/uploadcare-widget/pull/513
  ["mkv", "video/x-matroska;codecs=avc1,opus"],
  // https://github.com/transloadit/uppy/issues/573 and 4359: Chrome's recordings, which are named .webm all the same.
  ["webm", "video/x-matroska"],
  ["webm", "video/x-matroska;codecs=avc1"],
  // https://github.com/superlistapp/super_native_extensions/issues/304, https://github.com/nicorac/bcr-gui/issues/207.
  ["m4a", "audio/mpeg"],
  // https://github.com/immich-app/immich/issues/1913 and flutter_file_picker#147: the phone has converted it.
  ["mov", "video/mp4"],
  // https://github.com/mastodon/mastodon/pull/11342: a recorder's m4a, known by its container.
  ["m4a", "video/mp4"],
  // https://github.com/bcit-ci/CodeIgniter/blob/develop/application/config/mimes.php: spreadsheets and csv.
  ["csv", "text/x-csv"],
  // https://github.com/verot/class.upload.php/issues/129
  ["csv", "text/x-comma-separated-values"],
  ["csv", "text/plain"],
  ["xlsx", "application/vnd.ms-excel"],
  ["docx", "application/msword"],
  // https://github.com/opensource-socialnetwork/opensource-socialnetwork/pull/1984: Windows uses this extension for JPEG.
  ["jfif", "image/jpeg"],
])("accepts a %s with the type %s, which some programs send for it, and signs that type", (ext, type) => {
  expect(read({ ext, type }).files[0]?.pinned).toEqual({ type });
});

test.each([
  // https://github.com/immich-app/immich/issues/1235, ant-design/ant-design#19211, CulturalMe/meteor-slingshot#154.
  ["heic", ""],
  ["docx", ""],
  ["mkv", ""],
  // https://github.com/inaturalist/inaturalist/pull/4505, Altinn/altinn-studio#18989, codice/ddf#6329,
  // DFE-Digital/get-help-with-tech#1242, gotev/android-upload-service#519.
  ["heic", "application/octet-stream"],
  ["csv", "application/octet-stream"],
  ["xlsx", "application/octet-stream"],
  ["mp4", "application/octet-stream"],
  // https://github.com/langgenius/dify/issues/9992; public code has WPS's other names.
  ["docx", "application/wps-office.docx"],
  ["pptx", "application/wps-office.pptx"],
  ["doc", "application/kswps"],
  ["xls", "application/kset"],
  // https://github.com/digital-idea/OpenPipelineIO/issues/1812: Hancom Office and others.
  ["xlsx", "application/haansoftxlsx"],
  ["xlsx", "application/vnd.ms-excel.12"],
  ["docx", "application/docxconverter"],
  // https://github.com/THU-MAIC/OpenMAIC/pull/1498: Chrome on Kylin; transloadit/uppy#732.
  ["docx", "application/vnd.ms-office"],
  ["pptx", "application/x-zip-compressed"],
  // https://github.com/appwrite/appwrite/issues/5848
  ["aac", "audio/x-hx-aac-adts"],
  // https://github.com/Cadasta/cadasta-platform/issues/683: what Android phones report.
  ["aac", "audio/aacp"],
  ["ogg", "audio/opus"],
  ["amr", "audio/amr-wb"],
  ["wav", "audio/x-pn-wav"],
  ["mp3", "audio/mpeg3"],
  ["csv", "application/csv"],
  ["mkv", "application/x-matroska"],
  ["png", "image/apng"],
  ["bmp", "image/x-windows-bmp"],
  // https://github.com/krelltunez/dayGLANCE/pull/837: a recorder's sound, in a file that is named for its container.
  ["mp4", "audio/mp4"],
  ["mp4", "audio/mp4;codecs=mp4a.40.2"],
])("reads a %s with the type %j, which some systems send for it, as one without a type", (ext, type) => {
  expect(read({ ext, type }).files[0]?.pinned).toEqual({});
  expect(readList({ files: [{ ext, type }] }).files[0]?.pinned).toEqual({});
});

test.each([
  ["heic", "image/jpeg"],
  ["jpg", "image/webp"],
  ["jpg", "video/mp4"],
  ["mp3", "video/mp4"],
  ["mp3", "video/x-nobody-knows"],
  ["mp4", "image/x-nobody-knows"],
  ["pdf", "application/msword"],
  ["pdf", "text/x-nobody-knows"],
  ["pdf", "application/xhtml+xml"],
  ["jpg", "image/svg"],
  ["jpg", "image/*"],
  ["jpg", "undefined"],
])("refuses a %s with the type of another kind of file, %s", (ext, type) => {
  expect(refusal(() => read({ ext, type }))).toMatchObject({ code: "TypeNotAllowed", status: 400 });
});

test.each([
  ["a page", "text/html"],
  ["a page in another case", "Text/HTML"],
  ["a page with a parameter", "text/html;charset=utf-8"],
  ["a page after the type", "image/jpeg, text/html"],
  ["a page in a parameter that is a list", "image/jpeg;a=b,text/html"],
  ["a header of its own", "image/jpeg\r\nx-cos-acl: public-read"],
  ["a drawing with scripts", "image/svg+xml"],
  ["another file's type", "image/png"],
  ["another file's type with a parameter", "image/png;x=y"],
])("refuses a type that smuggles in %s", (_, type) => {
  for (const work of [() => read({ ext: "jpg", type }), () => readList({ files: [{ ext: "jpg", type }] })]) {
    expect(refusal(work)).toMatchObject({ code: "TypeNotAllowed", status: 400 });
  }
});

test("attack: refuses what a browser runs under every name of the rules' types", () => {
  const runs = [
    "text/html",
    "application/xhtml+xml",
    "text/xml",
    "application/xml",
    "image/svg+xml",
    "text/css",
  ];
  for (const rule of rules.all) {
    for (const ext of Object.keys(rule.types)) {
      for (const type of [...runs, "text/javascript", "application/x-javascript", "multipart/related"]) {
        for (const written of [type, type.toUpperCase(), `${type};charset=utf-8`]) {
          const query = { ext, rule: rule.name, type: written };
          expect(refusal(() => read(query)).code).toBe("TypeNotAllowed");
        }
      }
    }
  }
});

test("a rule with allowExecutable accepts the names that it lists; without it, the rule is invalid", () => {
  const feed: Rule = { types: { xml: ["text/xml"] }, maxBytes: 10, prefix: "feeds" };
  const event = readEvent({ queryString: { ext: "xml", type: "application/xml" } });
  const allowed = defineRules({ feed: { ...feed, allowExecutable: true } });
  checkRules(allowed);
  expect(readFiles(event, allowed).files[0]?.pinned).toEqual({ type: "application/xml" });
  expect(() => checkRules(defineRules({ feed }))).toThrow(RuleError);
});

test("measures an md5 before processing it", () => {
  const replaced = vi.spyOn(String.prototype, "replaceAll");
  for (const md5 of [" ".repeat(33), `${" ".repeat(1000)}mQ/fVh815F3k6TAUm8m0eg==`]) {
    expect(refusal(() => read({ ext: "jpg", md5 }))).toMatchObject({ code: "InvalidParameter" });
  }
  expect(replaced.mock.contexts.filter((text) => String(text).length > 32)).toEqual([]);
  replaced.mockRestore();
});
