import { expect, test } from "vitest";
import { readQuestion } from "../../../../shared/upload/multipart/question.ts";
import { begun } from "./support.ts";

const refusal = (asked: object) => {
  try {
    return readQuestion(asked, begun);
  } catch (error) {
    const { code, message } = Object(error);
    return `${code}: ${message}`;
  }
};

test.each([[[1]], [[3]], [[3, 1, 2]]])("takes the parts of this upload: %j", (numbers) => {
  expect(readQuestion({ numbers }, begun)).toEqual({ resume: false, numbers });
});

test("takes a question for what is left", () => {
  expect(readQuestion({ resume: true }, begun)).toEqual({ resume: true });
});

test("takes as many numbers as a page has", () => {
  const large = { ...begun, size: 60 * begun.partSize };
  const numbers = Array.from({ length: 50 }, (_, i) => i + 1);
  expect(readQuestion({ numbers }, large)).toEqual({ resume: false, numbers });
  expect(() => readQuestion({ numbers: [...numbers, 51] }, large)).toThrow(
    "a list of 1 to 50 different parts",
  );
});

test.each([
  ["nothing", undefined],
  ["no list", 1],
  ["an empty list", []],
  ["a part before the first", [0]],
  ["a part after the last", [4]],
  ["a fraction", [1.5]],
  ["a text", ["1"]],
  ["one part that is wrong among right ones", [1, 2, 9]],
  ["a part twice", [2, 2]],
])("refuses %s instead of numbers", (_, numbers) => {
  expect(refusal({ numbers })).toBe(
    "InvalidParameter: numbers must be a list of 1 to 50 different parts of this upload, from 1 to 3.",
  );
});

test.each([
  { resume: false },
  { resume: "true" },
  { resume: true, numbers: [1] },
  { resume: null, numbers: [1] },
])("refuses %j, which is neither", (asked) => {
  expect(refusal(asked)).toBe("InvalidParameter: Send either numbers, or resume as true.");
});
