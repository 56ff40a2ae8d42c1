/*
 * What Redis does in one step, each on keys of one slot, so that a Redis Cluster may spread the invites. Redis runs a
 * script alone; nothing else happens meanwhile.
 */

/**
 * Puts `next` (empty: nothing) in the place of `expected` (empty: nothing), for so many ms (0: leaves what is there), and
 * publishes what follows, channels and texts in turn. Else says what is there, and does nothing.
 */
export const SWAP = {
  NUMBER_OF_KEYS: 1,
  SCRIPT: `
    local is = redis.call('GET', KEYS[1]) or ''
    if is ~= ARGV[1] then return is end
    if ARGV[3] ~= '0' then
      if ARGV[2] == '' then redis.call('DEL', KEYS[1])
      else redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
    end
    for i = 4, #ARGV, 2 do redis.call('PUBLISH', ARGV[i], ARGV[i + 1]) end
    return false`,
} as const;

/** Counts an invite of one address, for so many ms (1; 2 if it was counted before), unless there are as many as there may be (0). */
export const TAKE_ROOM = {
  NUMBER_OF_KEYS: 1,
  SCRIPT: `
    local time = redis.call('TIME')
    local now = time[1] * 1000 + math.floor(time[2] / 1000)
    redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
    local had = redis.call('ZSCORE', KEYS[1], ARGV[1])
    if not had and redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[3]) then return 0 end
    redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
    if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
    return had and 2 or 1`,
} as const;

/**
 * A node says that it lives, and hears the time, whether it was in the list, the secret that addresses are counted under
 * (made here if there is none), how many keys there are, and until when each node counts as living.
 */
export const HEARTBEAT = {
  NUMBER_OF_KEYS: 2,
  SCRIPT: `
    local time = redis.call('TIME')
    local now = time[1] * 1000 + math.floor(time[2] / 1000)
    local known = redis.call('ZSCORE', KEYS[1], ARGV[1])
    redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
    redis.call('SET', KEYS[2], ARGV[3], 'NX', 'PX', ARGV[4])
    local answer = { now, known and 1 or 0, redis.call('GET', KEYS[2]), redis.call('DBSIZE') }
    local nodes = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
    for i = 1, #nodes do answer[#answer + 1] = nodes[i] end
    return answer`,
} as const;
