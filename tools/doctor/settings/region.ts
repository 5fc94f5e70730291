import { KNOWN_REGIONS } from "./known-variables.ts";
import { similar } from "./typos.ts";

/**
 * What else the regions are called: in Chinese; by the abbreviations of older APIs
 * (https://cloud.tencent.com/document/product/248/50863); and by the names that regions had, which are still in old
 * tutorials (https://github.com/tencentyun/wafer2-startup/issues/84).
 */
const OTHER_NAMES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    "ap-beijing-1": "cn-north",
    "ap-beijing": "北京 bj",
    "ap-nanjing": "南京 nj",
    "ap-shanghai": "上海 sh cn-east",
    "ap-guangzhou": "广州 gz cn-south",
    "ap-chengdu": "成都 cd cn-southwest",
    "ap-chongqing": "重庆 cq",
    "ap-zhongwei": "中卫",
    "ap-shenzhen-fsi": "深圳金融 szjr",
    "ap-shanghai-fsi": "上海金融 shjr",
    "ap-beijing-fsi": "北京金融",
    "ap-hongkong": "香港 hk",
    "ap-singapore": "新加坡 sg",
    "ap-jakarta": "雅加达",
    "ap-bangkok": "曼谷 th",
    "ap-mumbai": "孟买 in",
    "ap-seoul": "首尔 kr",
    "ap-tokyo": "东京 jp",
    "na-siliconvalley": "硅谷 usw",
    "na-ashburn": "弗吉尼亚 use virginia",
    "na-toronto": "多伦多",
    "sa-saopaulo": "圣保罗",
    "eu-frankfurt": "法兰克福 de",
    "eu-moscow": "莫斯科",
  }).map(([region, names]) => [region, names.split(" ")]),
);

/** The region that a text means that is not one itself; undefined if it is none's, or several's. */
export function meantRegion(text: string): string | undefined {
  const name = text
    .normalize("NFKC")
    .trim()
    .toLowerCase()
    .replaceAll(/[_\s]+/g, "-");
  return (
    only((region) => new RegExp(`(?<![a-z\\d-])${region}(?![a-z\\d-])`).test(name)) ??
    only((_, others) => others.includes(name)) ??
    only((region) => placeOf(region) === placeOf(name)) ??
    only((_, others) => others.includes(placeOf(name))) ??
    inChinese(name) ??
    similar(name, KNOWN_REGIONS)
  );
}

function only(is: (region: string, others: readonly string[]) => boolean): string | undefined {
  const found = KNOWN_REGIONS.filter((region) => is(region, OTHER_NAMES.get(region) ?? []));
  return found.length === 1 ? found[0] : undefined;
}

/** Without the part of the world, and without the number of a zone (ap-guangzhou-3). */
function placeOf(name: string): string {
  return name
    .replace(/^(?:ap|cn|eu|me|na|sa)-/, "")
    .replace(/(?<=[a-z]{3})-\d$/, "")
    .replaceAll("-", "");
}

/** 上海金融 is not 上海. */
function inChinese(text: string): string | undefined {
  const written = [...OTHER_NAMES].flatMap(([region, names]) =>
    names
      .filter((name) => /[\u3400-\u9fff]/.test(name) && text.includes(name))
      .map((name) => ({ region, name })),
  );
  const longest = written.filter(
    ({ name }) => !written.some((other) => other.name !== name && other.name.includes(name)),
  );
  return longest.length === 1 ? longest[0]?.region : undefined;
}
