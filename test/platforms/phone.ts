import { createWx, type TestWxOptions } from "../packages/uploader/wx.ts";

interface Chosen<T> {
  readonly success?: (result: T) => void;
}

const SYSTEM = {
  SDKVersion: "3.7.0",
  version: "8.0.50",
  platform: "ios",
  system: "iOS 17.0",
  brand: "iPhone",
  model: "iPhone 15",
  language: "zh_CN",
  pixelRatio: 3,
  windowWidth: 375,
  windowHeight: 700,
  screenWidth: 375,
  screenHeight: 812,
  statusBarHeight: 44,
  safeArea: { left: 0, right: 375, top: 44, bottom: 778, width: 375, height: 734 },
};

/**
 * A phone whose user takes the first file for a picture and the second for a video, with what the runtimes of Taro and
 * uni-app need of `wx` in addition.
 */
export function createPhone(
  options: TestWxOptions & { readonly files: ReadonlyMap<string, Buffer> },
): object {
  const { wx } = createWx(options);
  const [image = "", video = ""] = options.files.keys();
  const launch = { path: "", query: {}, scene: 1001, referrerInfo: {} };
  const nothing = () => {};
  return {
    ...wx,
    chooseImage: ({ success }: Chosen<object>) => success?.({ tempFilePaths: [image] }),
    chooseVideo: ({ success }: Chosen<object>) => success?.({ tempFilePath: video }),
    canIUse: () => true,
    getSystemInfoSync: () => SYSTEM,
    getAppBaseInfo: () => SYSTEM,
    getDeviceInfo: () => SYSTEM,
    getWindowInfo: () => SYSTEM,
    getAccountInfoSync: () => ({ miniProgram: { appId: "wx0123456789abcdef", envVersion: "develop" } }),
    getLaunchOptionsSync: () => launch,
    getEnterOptionsSync: () => launch,
    onAppShow: nothing,
    onAppHide: nothing,
    setStorage: nothing,
  };
}
