/** A function of the scripts' own: counts a file by this size, in the place of what it was counted by. */
const COUNT_BY = `
local function countBy(day, key, size)
  local taken = redis.call('HGET', day, 'k:' .. key)
  if not taken then return end
  local bytes, rule, rest = string.match(taken, '^(%d+) ([^ ]*)(.*)$')
  local more = string.format('%.0f', size - tonumber(bytes))
  redis.call('HINCRBY', day, 'b', more)
  if rule ~= '' then redis.call('HINCRBY', day, 'b:' .. rule, more) end
  redis.call('HSET', day, 'k:' .. key, string.format('%.0f', size) .. ' ' .. rule .. rest)
end`;

/**
 * One atomic step: counts the request, looks at every limit, and takes all or nothing. What was taken for a key is kept
 * with it, so that the same step asked again, after an answer that got lost, takes nothing twice.
 *
 * A stored file that could still be overwritten with more is counted by what was taken for it; when it no longer can, by its
 * size, of which this step takes care before it looks.
 *
 * KEYS: the caller's day, a hash (`f`, `b`, and `f:<rule>`, `b:<rule>`: files and bytes; `k:<key>`: `bytes rule until`;
 * `s:<key>`: the size that it is to be counted by; `o:<key>`: when what it is counted by was stored, and its size); the
 * caller's minute, a number; and of the day, a sorted set of the
 * keys that have an `s:<key>`, by the time from which on that counts. All have the same hash tag, so that a cluster keeps
 * them together.
 * ARGV: JSON, see {@link TakeArgument}.
 *
 * Answers: what is exceeded (0 for nothing, 1 for requests, 2 and 3 for files and bytes of the first demand, 4 and 5 of
 * the second, and so on), the requests of this minute, then files and bytes of each demand, as they are now.
 */
export const TAKE = `
${COUNT_BY}
local ask = cjson.decode(ARGV[1])
local day, minute, held = KEYS[1], KEYS[2], KEYS[3]
for _, key in ipairs(redis.call('ZRANGEBYSCORE', held, '-inf', ask.now, 'LIMIT', 0, 1000)) do
  local size = redis.call('HGET', day, 's:' .. key)
  if size then countBy(day, key, tonumber(size)) end
  redis.call('HDEL', day, 's:' .. key)
  redis.call('ZREM', held, key)
end
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
    redis.call('HSET', day, 'k:' .. file.key, string.format('%.0f', file.bytes) .. ' ' .. file.rule .. ' ' .. string.format('%.0f', file.untilTime))
  end
  redis.call('EXPIRE', day, ask.dayTtl)
end
return answer(0)
`;

/**
 * Counts a request that permits no upload. KEYS: the caller's minute for these, a number. ARGV: how many there
 * may be. Answers whether that would be too many, 1 or 0, and the requests of this minute.
 */
export const COUNT = `
local count = tonumber(redis.call('GET', KEYS[1]) or '0')
if count >= tonumber(ARGV[1]) then return { 1, count } end
redis.call('INCR', KEYS[1])
redis.call('EXPIRE', KEYS[1], 120)
return { 0, count + 1 }
`;

/**
 * Gives back what {@link TAKE} took for keys. KEYS: the day. ARGV: the keys.
 */
export const GIVE_BACK = `
for _, key in ipairs(ARGV) do
  local taken = redis.call('HGET', KEYS[1], 'k:' .. key)
  if taken then
    local bytes, rule = string.match(taken, '^(%d+) ([^ ]*)')
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
 * Counts a file by its stored size in the place of what was taken for it, however often it is told; at once when it can
 * no longer be overwritten with more, else when {@link TAKE} finds that. Reports of two uploads to one key may come in
 * either order: the later upload counts, and of the same second the larger one. KEYS: the day, and its sorted set. ARGV: the
 * key, the size in bytes, the time, how many seconds the set is to be kept, and when the file was stored.
 */
export const SETTLE = `
${COUNT_BY}
local day, held, key, size, now = KEYS[1], KEYS[2], ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local taken = redis.call('HGET', day, 'k:' .. key)
if not taken then return 0 end
local last, lastSize = string.match(redis.call('HGET', day, 'o:' .. key) or '0 0', '^(%d+) (%d+)$')
local storedAt = tonumber(ARGV[5])
if storedAt < tonumber(last) or (storedAt == tonumber(last) and size < tonumber(lastSize)) then return 1 end
redis.call('HSET', day, 'o:' .. key, string.format('%.0f %.0f', storedAt, size))
local bytes, untilTime = string.match(taken, '^(%d+) [^ ]* (%d+)$')
if untilTime and now < tonumber(untilTime) and size < tonumber(bytes) then
  redis.call('HSET', day, 's:' .. key, ARGV[2])
  redis.call('ZADD', held, untilTime, key)
  redis.call('EXPIRE', held, ARGV[4])
  return 1
end
redis.call('HDEL', day, 's:' .. key)
redis.call('ZREM', held, key)
countBy(day, key, size)
return 1
`;

/** What {@link TAKE} is asked; -1 stands for no limit. */
export interface TakeArgument {
  readonly maxRequests: number;
  readonly now: number;
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
    /** When it can no longer be written; Unix seconds, as `now`. */
    readonly untilTime: number;
  }[];
}
