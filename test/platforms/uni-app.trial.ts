import { tryPlatform } from "./try-platform.ts";

tryPlatform({
  project: "uni-app",
  command: ["node_modules/@dcloudio/vite-plugin-uni/bin/uni.js", "build", "-p", "mp-weixin"],
  output: "dist/build/mp-weixin",
  isDrawn: ({ data }) => "a" in data,
  // Its WXML has <button bindtap="{{a}}">Avatar</button><button bindtap="{{b}}">Video</button>.
  tap: ({ data, tap }, button) => tap(String([data["a"], data["b"]][button])),
});
