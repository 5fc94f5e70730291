import { strToU8, zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import type { CosCall } from "../../../shared/cos/client.ts";
import { examine } from "../../../shared/life/examine.ts";
import type { StoredFile } from "../../../shared/life/stored-file.ts";
import type { NamedRule } from "../../../shared/object/rule.ts";
import { rules } from "../../../shared/object/rules.ts";

/** A bucket with one object, which answers range requests. */
function holding(content: Buffer): { cos: CosCall; asked: string[] } {
  const asked: string[] = [];
  const cos: CosCall = async ({ headers = {} }) => {
    asked.push(headers["range"] ?? "all of it");
    const [, end = "0"] = /^bytes=0-(\d+)$/.exec(headers["range"] ?? "") ?? [];
    return { status: 206, headers: {}, body: content.subarray(0, Number(end) + 1) };
  };
  return { cos, asked };
}

function ruleOf(ext: string): NamedRule {
  const rule = rules.forExtension(ext);
  if (rule === undefined) throw new Error(`No rule takes ${ext}.`);
  return rule;
}

function look(ext: string, content: Buffer, changes: Partial<StoredFile> = {}, rule = ruleOf(ext)) {
  const file: StoredFile = {
    key: `uploads/20261127/1_a.${ext}`,
    size: content.length,
    type: rule.types[ext]?.[0] ?? "application/octet-stream",
    etag: "e",
    storedAt: 1,
    rule: rule.name,
    meta: {},
    ...changes,
  };
  return examine({ file, at: file.key, rule, cos: holding(content).cos });
}

test("attack: good bytes that briefly replace others do not vouch for those", async () => {
  const jpeg = Buffer.from("ffd8ffe000104a46494600010100000100010000ffd9", "hex");
  const cos: CosCall = async ({ headers = {} }) => {
    // As COS does (https://cloud.tencent.com/document/product/436/7753); the client rejects an unexpected status.
    if (headers["if-match"] !== '"good"') throw new Error("412");
    return { status: 206, headers: {}, body: jpeg };
  };
  const file = {
    key: "uploads/20261127/1_a.jpg",
    size: jpeg.length,
    type: "image/jpeg",
    storedAt: 1,
    meta: {},
  };
  const rule = ruleOf("jpg");
  const of = (etag: string) => examine({ file: { ...file, etag, rule: rule.name }, at: file.key, rule, cos });
  await expect(of("bad")).rejects.toThrow("412");
  expect(await of("good")).toBeUndefined();
});

const ascii = (text: string) => Buffer.from(text, "latin1");
/** ISO base media (ISO/IEC 14496-12, 4.3): a box `ftyp` with its brand. */
const ftyp = (brand: string) => ascii(`\0\0\0\x18ftyp${brand}\0\0\0\0mp42isom`);
const riff = (form: string) => ascii(`RIFF\x24\0\0\0${form}fmt `);
/** Matroska (RFC 9559): an EBML header with its DocType. */
const ebml = (docType: string) =>
  Buffer.concat([
    Buffer.from([0x1a, 0x45, 0xdf, 0xa3, 0x80 + docType.length + 3, 0x42, 0x82, 0x80 + docType.length]),
    ascii(docType),
    Buffer.alloc(64),
  ]);
/** Office Open XML (ECMA-376, part 2): a Zip that starts with the types of its parts. */
const office = (part: string) =>
  Buffer.from(
    zipSync({
      "[Content_Types].xml": strToU8(`<Types>${`<Override PartName="/${part}"/>`.repeat(400)}</Types>`),
      [part]: [Buffer.alloc(20_000, "x"), { level: 0 }],
    }),
  );
/** Compound files (MS-CFB, 2.2). */
const COMPOUND = Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), Buffer.alloc(600)]);

/** The first bytes of files of each extension, by the specifications of their formats. */
const BEGINNINGS: Readonly<Record<string, Buffer>> = {
  jpg: Buffer.from("ffd8ffe000104a46494600010100000100010000", "hex"),
  jpeg: Buffer.from("ffd8ffe1001845786966", "hex"),
  jfif: Buffer.from("ffd8ffe1001845786966", "hex"),
  png: Buffer.from("89504e470d0a1a0a0000000d49484452000000010000000108020000009077", "hex"),
  gif: ascii("GIF89a\x01\0\x01\0"),
  webp: riff("WEBP"),
  heic: ftyp("heic"),
  heif: ftyp("mif1"),
  avif: ftyp("avif"),
  bmp: ascii("BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0"),
  tif: ascii("II*\0\x08\0\0\0\0\0\0\0\0\0\0\0"),
  tiff: ascii("MM\0*\0\0\0\x08\0\0\0\0\0\0\0\0"),
  mp4: ftyp("isom"),
  m4v: ftyp("M4V "),
  mov: ftyp("qt  "),
  webm: ebml("webm"),
  "3gp": ftyp("3gp4"),
  mkv: ebml("matroska"),
  avi: riff("AVI "),
  // ID3v2 with a picture that is longer than what is read.
  mp3: Buffer.concat([ascii("ID3\x03\0\0\0\x01\0\0"), Buffer.alloc(5000, "p")]),
  m4a: ftyp("M4A "),
  aac: Buffer.from("fff15080021ffcde02004c61766335382e3133342e313030", "hex"),
  wav: riff("WAVE"),
  amr: ascii("#!AMR\n\x3c\x08"),
  ogg: Buffer.concat([ascii(`OggS\0\x02${"\0".repeat(20)}\x01\x1e\x01vorbis`), Buffer.alloc(64)]),
  flac: ascii("fLaC\0\0\0\x22"),
  pdf: ascii("%PDF-1.7\n"),
  doc: COMPOUND,
  xls: COMPOUND,
  ppt: COMPOUND,
  docx: office("word/document.xml"),
  xlsx: office("xl/workbook.xml"),
  pptx: office("ppt/presentation.xml"),
  txt: ascii("BMW and other words"),
  csv: ascii("id,name\n1,a\n"),
};

const PROGRAM = Buffer.concat([ascii("MZ\x90\0\x03"), Buffer.alloc(200)]);
const HAS_NO_SIGNATURE: ReadonlySet<string> = new Set(["txt", "csv"]);
const extensions = [...new Set(rules.all.flatMap(({ types }) => Object.keys(types)))];

test.each(extensions)("recognizes a file that begins like a %s", async (ext) => {
  const content = BEGINNINGS[ext];
  if (content === undefined) throw new Error(`Say how a ${ext} begins.`);
  expect(await look(ext, content)).toBeUndefined();
});

describe.each(extensions.filter((ext) => !HAS_NO_SIGNATURE.has(ext)))("as %s", (ext) => {
  test.each<[string, Buffer]>([
    ["a program", PROGRAM],
    ["a page", ascii("<!doctype html><script>alert(1)</script>")],
    ["a text", ascii("just words, and more of them than a signature has")],
    ["random bytes", Buffer.from("0011223344556677".repeat(20), "hex")],
    ["nothing", Buffer.alloc(0)],
  ])("%s is WrongContent", async (_, content) => {
    expect(await look(ext, content)).toBe("WrongContent");
  });
});

test.each<[string, string]>([
  ["jpg", "webp"],
  ["png", "heic"],
  ["png", "avif"],
  ["jpg", "mp4"],
  ["jpg", "pdf"],
  ["heic", "tif"],
  ["mp4", "jpg"],
  ["pdf", "jpg"],
  ["mp3", "mp4"],
  ["pdf", "docx"],
  ["doc", "docx"],
  ["webp", "wav"],
  ["heic", "mp4"],
])("under .%s, a file that begins like a %s is WrongContent", async (ext, other) => {
  expect(await look(ext, BEGINNINGS[other] ?? Buffer.alloc(0))).toBe("WrongContent");
});

test.each<[string, string, string]>([
  ["WeChat's screenshots", "jpg", "png"], // http://ppmy.cn/news/629124.html
  ["some of an iPhone's photos", "heic", "jpg"], // https://github.com/strukturag/libheif/issues/111, haiwen/seafile-iOS#358
  ["what was renamed", "png", "jpg"],
  ["what was renamed", "jpeg", "gif"],
  ["what was renamed", "webp", "bmp"],
])("%s, .%s with the bytes of a %s, are pictures that the rule takes", async (_, ext, other) => {
  const content = BEGINNINGS[other] ?? Buffer.alloc(0);
  expect(await look(ext, content)).toBeUndefined();
  const rule = { ...ruleOf(ext), types: { [ext]: [`image/${ext}`] } } as const;
  expect(await look(ext, content, {}, rule)).toBe("WrongContent");
});

test("attack: no picture that WeChat does not check is checked in vain under the extension of one that it checks", async () => {
  for (const ext of ["jpg", "jpeg", "jfif", "png", "gif", "bmp"]) {
    for (const other of ["webp", "heic", "heif", "avif", "tif"])
      expect(await look(ext, BEGINNINGS[other] ?? Buffer.alloc(0))).toBe("WrongContent");
  }
});

const FAR = Buffer.alloc(100_000, "x");
/** Parts in the order that https://github.com/sindresorhus/file-type/pull/159 shows, without their contents. */
const reordered = (first: string) =>
  Buffer.from(
    zipSync({
      [first]: [FAR, { level: 0 }],
      "_rels/.rels": strToU8("<R/>"),
      "[Content_Types].xml": strToU8("<T/>"),
    }),
  );
/** A TIFF's directory may be anywhere (TIFF 6.0, section 2): these are after the picture. */
const tiff = (start: string) => Buffer.concat([Buffer.from(start, "hex"), FAR]);

test.each<[string, string, Buffer]>([
  // https://github.com/sindresorhus/file-type/issues/785: what LibreOffice saves; SheetJS/sheetjs#2229.
  ["a document whose list of types comes last", "docx", reordered("word/document.xml")],
  ["a table whose list of types comes last", "xlsx", reordered("xl/worksheets/sheet1.xml")],
  ["a TIFF whose directory comes last", "tif", tiff("49492a0008800100")],
  ["a TIFF in the other order of bytes", "tiff", tiff("4d4d002a00018008")],
  // https://github.com/sindresorhus/file-type/issues/612, gabriel-vasile/mimetype#474, redaxo/core#6277.
  ["a document with a password", "docx", COMPOUND],
  ["a table with a password", "xlsx", COMPOUND],
  ["a presentation with a password", "pptx", COMPOUND],
  // https://github.com/sindresorhus/file-type/issues/527, trycompai/comp#3251, bojand/infer#117.
  ["a PDF after a line end", "pdf", ascii("\n%PDF-1.4\r\n%\xe2\xe3\xcf\xd3\r\n")],
  ["a PDF after a mark and line ends", "pdf", ascii("\xef\xbb\xbf\r\n\r\n%PDF-1.7\n")],
  ["a PDF after a mark", "pdf", ascii("\xef\xbb\xbf%PDF-1.7\n")],
  // https://github.com/agersant/mp3-duration/pull/8
  [
    "a song with zeros after its tag",
    "mp3",
    Buffer.concat([ascii("ID3\x03\0\0\0\0\0\x3f"), Buffer.alloc(400), Buffer.from("fffb90c4", "hex"), FAR]),
  ],
])("accepts %s, as programs write it: .%s", async (_, ext, content) => {
  expect(await look(ext, content)).toBeUndefined();
});

test.each<[string, string, Buffer]>([
  ["a Zip that is cut off", "docx", reordered("word/document.xml").subarray(0, 2000)],
  ["a TIFF that is cut off", "tif", tiff("49492a0008800100").subarray(0, 2000)],
  ["a page that names a PDF", "pdf", ascii("\n<html>%PDF-1.4")],
  ["words before the beginning of a PDF", "pdf", ascii("see  %PDF-1.4")],
  ["a line end alone", "pdf", ascii("\n")],
  ["a large Zip", "pdf", reordered("word/document.xml")],
  ["a large TIFF", "jpg", tiff("49492a0008800100")],
  ["a large OLE file", "zip", COMPOUND],
])("refuses %s as .%s", async (_, ext, content) => {
  const rule = { ...ruleOf("jpg"), types: { [ext]: ["application/octet-stream"] } } as const;
  expect(await look(ext, content, {}, rule)).toBe("WrongContent");
});

/** A comment before the picture that is longer than what is read, of characters that a text may have. */
const COMMENT = "x".repeat(5000);
test.each<[string, Buffer]>([
  ...["jpg", "png", "gif", "webp", "bmp", "avif", "mp3", "mp4", "flac", "docx"].map(
    (ext): [string, Buffer] => [ext, BEGINNINGS[ext] ?? Buffer.alloc(0)],
  ),
  // ITU-T T.81, B.2.4.5, and https://www.w3.org/Graphics/GIF/spec-gif89a.txt, 24.
  ["a jpg with a long comment", Buffer.concat([Buffer.from("ffd8fffe7878", "hex"), ascii(COMMENT)])],
  ["a gif with a long comment", ascii(`GIF89aaaa  !\xfe${COMMENT}`)],
  // https://www.ietf.org/archive/id/draft-zern-webp-15.txt
  ["a webp of characters", ascii(`RIFF\t\t\t\tWEBPVP8L\t\t\t\t/${COMMENT}`)],
  ["a zip that is cut off", Buffer.concat([ascii("PK\x03\x04\x14\0"), Buffer.alloc(30, 0x20)])],
  ["a program", PROGRAM],
])(
  "attack: under .txt and .csv, %s is WrongContent, since it is shown and run all the same",
  async (_, content) => {
    expect(await look("txt", content)).toBe("WrongContent");
    expect(await look("csv", content)).toBe("WrongContent");
  },
);

test.each<[string, Buffer]>([
  ["words that begin like a picture", ascii("GIF is a format")],
  ["words that begin like a program", ascii("MZ\r\n\tand more\f")],
  ["words in UTF-8 with a mark", Buffer.from("\ufeffBM 文字")],
  ["words in UTF-16 with a mark", Buffer.from("\ufeffBM 文字", "utf16le")],
  ["words in GBK", Buffer.from("cec4d7d6c771", "hex")],
  ["a control character", ascii("a\x1a")],
  ["nothing", Buffer.alloc(0)],
])("a text may have %s", async (_, content) => {
  expect(await look("txt", content)).toBeUndefined();
});

test("other files without a signature are not looked at", async () => {
  const rule = { ...ruleOf("txt"), types: { sketch: ["application/octet-stream"] } } as const;
  expect(await look("sketch", BEGINNINGS["docx"] ?? Buffer.alloc(0), {}, rule)).toBeUndefined();
});

test("brands of one container are treated alike, since phones use them freely", async () => {
  expect(await look("mp4", BEGINNINGS["mov"] ?? Buffer.alloc(0))).toBeUndefined();
  expect(await look("m4a", BEGINNINGS["mp4"] ?? Buffer.alloc(0))).toBeUndefined();
});

const jpeg = BEGINNINGS["jpg"] ?? Buffer.alloc(0);

test.each([
  ["br", "jpg", "WrongContent"],
  ["identity, GZIP", "jpg", "WrongContent"],
  ["gzip", "csv", "WrongContent"],
  // Says nothing that a client decodes by.
  ["utf-8", "jpg", undefined],
])(
  "attack: bytes that pass, and by their Content-Encoding %s become others: .%s is %s",
  async (encoding, ext, found) => {
    expect(await look(ext, BEGINNINGS[ext] ?? Buffer.alloc(0), { encoding })).toBe(found);
  },
);

test("reads the first 4100 bytes of a large file", async () => {
  const { cos, asked } = holding(Buffer.concat([jpeg, Buffer.alloc(100_000)]));
  const rule = ruleOf("jpg");
  const file = { key: "uploads/20261127/1_a.jpg", size: 100_020, type: "image/jpeg", etag: "e", storedAt: 1 };
  const whole = { ...file, rule: rule.name, meta: {} };
  expect(await examine({ file: whole, at: file.key, rule, cos })).toBeUndefined();
  expect(asked).toEqual(["bytes=0-4099"]);
});

test("a file larger than its rule allows is TooLarge; one that may come in parts may be larger", async () => {
  const rule = { ...ruleOf("jpg"), maxBytes: 100 };
  expect(await look("jpg", jpeg, { size: 100 }, rule)).toBeUndefined();
  expect(await look("jpg", jpeg, { size: 101 }, rule)).toBe("TooLarge");
  expect(await look("jpg", jpeg, { size: 101 }, { ...rule, maxBytesInParts: 1000 })).toBeUndefined();
  expect(await look("jpg", jpeg, { size: Number.NaN }, rule)).toBe("TooLarge");
});

test.each(["exe", "JPG ", "constructor", ""])("an extension that the rule does not have: %j", async (ext) => {
  const key = `uploads/20261127/1_a.${ext}`;
  expect(await look("jpg", jpeg, { key })).toBe("WrongExtension");
});

test.each([
  "text/html",
  "image/svg+xml",
  "image/jpeg, text/html",
  "text/html; charset=utf-8",
  "multipart/form-data",
  "video/mp4",
  "image",
  "",
])("the type %j is WrongType for a picture", async (type) => {
  expect(await look("jpg", jpeg, { type })).toBe("WrongType");
});

test.each([
  "image/jpeg",
  "IMAGE/JPEG",
  "image/pjpeg",
  "image/png",
  "image/jpeg;charset=x",
  "application/json",
  "application/octet-stream",
])("the type %j can be what a client or a platform sends", async (type) => {
  expect(await look("jpg", jpeg, { type })).toBeUndefined();
});
