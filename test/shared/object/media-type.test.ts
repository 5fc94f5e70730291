import { expect, test } from "vitest";
import { isSameType, isVague, readMediaType } from "../../../shared/object/media-type.ts";

test.each([
  ["image/jpeg", "image/jpeg", "image/jpeg"],
  ["Image/JPEG", "image/jpeg", "image/jpeg"],
  ["text/plain;charset=utf-8", "text/plain", "text/plain;charset=utf-8"],
  ["TEXT/plain; charset=UTF-8", "text/plain", "text/plain; charset=UTF-8"],
  // The examples of RFC 9110, section 8.3.1.
  ["text/html;charset=utf-8", "text/html", "text/html;charset=utf-8"],
  ['Text/HTML;Charset="utf-8"', "text/html", 'text/html;Charset="utf-8"'],
  ['text/html; charset="utf-8"', "text/html", 'text/html; charset="utf-8"'],
  ["text/plain ; a=1 ;b=2", "text/plain", "text/plain ; a=1 ;b=2"],
  ["application/vnd.a+b", "application/vnd.a+b", "application/vnd.a+b"],
  ["video/webm;codecs=vp8,opus", "video/webm", "video/webm;codecs=vp8,opus"],
  ['video/mp4; codecs="avc1.42E01E, mp4a.40.2"', "video/mp4", 'video/mp4; codecs="avc1.42E01E, mp4a.40.2"'],
])("reads %s as %s, and sends it as %s", (value, essence, text) => {
  expect(readMediaType(value)).toEqual({ essence, text });
});

test.each([
  ["nothing", ""],
  ["an empty text", 7],
  ["a list of one", ["image/jpeg"]],
  ["half a type", "image"],
  ["half a type with a slash", "image/"],
  ["a wildcard", "image/*"],
  ["three parts", "image/jpeg/x"],
  ["a space before it", " image/jpeg"],
  ["a space after it", "image/jpeg "],
  ["a space within", "image/ jpeg"],
  ["a semicolon alone after it", "image/jpeg;"],
  ["a parameter without a value", "image/jpeg;charset"],
  ["a parameter with an empty value", "image/jpeg;charset="],
  ["a parameter without a name", "image/jpeg;=x"],
  ["a space around the equals sign", "image/jpeg;charset = x"],
  ["an open quote", 'image/jpeg;charset="x'],
  ["an escape in quotes", 'image/jpeg;charset="\\x"'],
  ["a list", "image/jpeg,text/html"],
  ["a list in a parameter", "image/jpeg;a=b,text/html"],
  ["a list in quotes", 'image/jpeg;a="b,text/html"'],
  ["a comma at the end", "image/jpeg;a=b,"],
  ["two commas", "image/jpeg;a=b,,c"],
  ["a comma before the parameters", "image/jpeg,;a=b"],
  ["a second parameter after a comma", "image/jpeg;a=b,c=d"],
  ["a line break", "image/jpeg;a=b\r\nx: y"],
  ["a line break at the end", "image/jpeg\n"],
  ["a tab", "image/jpeg;\ta=b"],
  ["a NUL", "image/jpeg\0"],
  ["Chinese", "image/图"],
  ["a letter that folds to k", "video/x-matros\u212aa"],
  ["more than it may have", `image/jpeg;a=${"b".repeat(243)}`],
])("%s is not a media type", (_, value) => {
  expect(readMediaType(value)).toBeUndefined();
});

test("accepts the maximum length", () => {
  expect(readMediaType(`image/jpeg;a=${"b".repeat(242)}`)?.text).toHaveLength(255);
});

test.each([
  ["image/heic", "image/heif"],
  ["image/jpg", "image/pjpeg"],
  ["video/avi", "video/x-msvideo"],
  ["audio/x-m4a", "audio/mp4"],
  ["audio/mp3", "audio/mpeg"],
  ["video/ogg", "audio/ogg"],
  ["audio/webm", "video/webm"],
  ["text/comma-separated-values", "text/csv"],
  ["application/x-zip-compressed", "application/zip"],
  ["text/xml", "application/xml"],
  ["model/new", "model/new"],
])("%s and %s are the same type", (a, b) => {
  expect([isSameType(a, b), isSameType(b, a)]).toEqual([true, true]);
});

test.each([
  ["application/octet-stream", "image/heic", true],
  ["application/kswps", "application/msword", true],
  ["audio/x-hx-aac-adts", "audio/aac", true],
  ["audio/x-hx-aac-adts", "video/mp4", false],
  ["audio/mp4", "video/mp4", true],
  ["audio/mp4", "video/webm", false],
  ["application/pdf", "image/jpeg", false],
  ["application/xhtml+xml", "image/jpeg", false],
  ["application/javascript", "image/jpeg", false],
  ["image/svg+xml", "image/jpeg", false],
  ["xapplication/zip", "image/jpeg", false],
  ["text/plain", "text/csv", false],
  [
    "application/x-zip-compressed",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    true,
  ],
  ["application/zip", "application/vnd.oasis.opendocument.text", true],
  ["application/zip", "application/epub+zip", true],
  ["application/zip", "application/msword", false],
  ["application/pdf", "application/epub+zip", false],
])("whether %s leaves it to the extension of %s: %s", (essence, like, isSo) => {
  expect(isVague(essence, like, ["application/pdf", "image/jpeg", "application/zip"])).toBe(isSo);
});

test.each([
  ["image/jpeg", "image/png"],
  ["text/plain", "text/html"],
  ["application/zip", "application/pdf"],
  ["constructor", "toString"],
])("%s and %s are different types", (a, b) => {
  expect(isSameType(a, b)).toBe(false);
});
