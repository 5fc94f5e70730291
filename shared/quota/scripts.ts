/**
 * One atomic step: counts the request, looks at every limit, and takes all or nothing. What was taken for a key is kept
 * with it, so that the same step asked again, after an answer that got lost, takes nothing twice.
 *
 * KEYS: the caller's day, a hash (`f`, `b`, and `f:<rule>`, `b:<rule>`: files and bytes; `k:<key>`: `bytes rule`); the
 * caller's minute, a number. Both have the same hash tag, so that a cluster keeps them together.
 * ARGV: JSON, see {@link TakeArgument}.
 *
 * Answers: what is exceeded (0 for nothing, 1 for requests, 2 and 3 for files and bytes of the first demand, 4 and 5 of
 * the second, and so on), the requests of this minute, then files and bytes of each demand, as they are now.
 */
export const TAKE = `
local ask = cjson.decode(ARGV[1])
local day, minute = KEYS[1], KEYS[2]
local function count(field) return tonumber(redis.call('HGET', day, field) or '0') end
local function answer(code)
  local result = { code, tonumber(redis.call('GET', minute) or '0') }
  for _, d in ipairs(ask.demands) do
    result[#result + 1] = count('f' .. d.suffix)
    result[#result + 1] = count('b' .. d.suffix)
  end
  return result
end
local first = ask.files[1]
if first and redis.call('HEXISTS', day, 'k:' .. first.key) == 1 then return answer(0) end
if ask.maxRequests >= 0 then
  if tonumber(redis.call('GET', minute) or '0') >= ask.maxRequests then return answer(1) end
  redis.call('INCR', minute)
  redis.call('EXPIRE', minute, 120)
end
for i, d in ipairs(ask.demands) do
  if d.maxFiles >= 0 and d.files > 0 and count('f' .. d.suffix) + d.files > d.maxFiles then return answer(2 * i) end
  if d.maxBytes >= 0 and d.bytes > 0 and count('b' .. d.suffix) + d.bytes > d.maxBytes then return answer(2 * i + 1) end
end
if first then
  for _, d in ipairs(ask.demands) do
    redis.call('HINCRBY', day, 'f' .. d.suffix, string.format('%.0f', d.files))
    redis.call('HINCRBY', day, 'b' .. d.suffix, string.format('%.0f', d.bytes))
  end
  for _, file in ipairs(ask.files) do
    redis.call('HSET', day, 'k:' .. file.key, string.format('%.0f', file.bytes) .. ' ' .. file.rule)
  end
  redis.call('EXPIRE', day, ask.dayTtl)
end
return answer(0)
`;

/**
 * Gives back what {@link TAKE} took for keys. KEYS: the day. ARGV: the keys.
 */
export const GIVE_BACK = `
for _, key in ipairs(ARGV) do
  local taken = redis.call('HGET', KEYS[1], 'k:' .. key)
  if taken then
    local bytes, rule = string.match(taken, '^(%d+) (.*)$')
    redis.call('HDEL', KEYS[1], 'k:' .. key)
    redis.call('HINCRBY', KEYS[1], 'f', -1)
    local less = string.format('%.0f', 0 - tonumber(bytes))
    redis.call('HINCRBY', KEYS[1], 'b', less)
    if rule ~= '' then
      redis.call('HINCRBY', KEYS[1], 'f:' .. rule, -1)
      redis.call('HINCRBY', KEYS[1], 'b:' .. rule, less)
    end
  end
end
return 0
`;

/**
 * Counts a file by its stored size in the place of what was taken for it, however often it is told. KEYS: the day. ARGV:
 * the key, the size in bytes.
 */
export const SETTLE = `
local taken = redis.call('HGET', KEYS[1], 'k:' .. ARGV[1])
if not taken then return 0 end
local bytes, rule = string.match(taken, '^(%d+) (.*)$')
local more = string.format('%.0f', tonumber(ARGV[2]) - tonumber(bytes))
redis.call('HINCRBY', KEYS[1], 'b', more)
if rule ~= '' then redis.call('HINCRBY', KEYS[1], 'b:' .. rule, more) end
redis.call('HSET', KEYS[1], 'k:' .. ARGV[1], ARGV[2] .. ' ' .. rule)
return 1
`;

/** What {@link TAKE} is asked; -1 stands for no limit. */
export interface TakeArgument {
  readonly maxRequests: number;
  /** Seconds until the day is forgotten. */
  readonly dayTtl: number;
  readonly demands: readonly {
    /** Empty, or `:<rule>`. */
    readonly suffix: string;
    readonly files: number;
    readonly bytes: number;
    readonly maxFiles: number;
    readonly maxBytes: number;
  }[];
  readonly files: readonly {
    readonly key: string;
    readonly bytes: number;
    /** Empty where the rule has no quota of its own. */
    readonly rule: string;
  }[];
}
