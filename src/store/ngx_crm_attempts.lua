--[[
Counts an attempt to log in, or says how long none is taken.  Keeps the
promise that N failures in a window lock an identity for one network, and
that so many an hour from everywhere lock it for the rest of that hour.

KEYS[1]  counter: this hour's, from everywhere
KEYS[2]  zset: the network's recent ones, id -> time in us
KEYS[3]  the network's lock
ARGV     failures, window s, lockout s, failures an hour from everywhere
Returns  { 1, 0, id } or, while locked, { 0, seconds left, '' }

What a lock refuses is not counted, or one client could lock out the world.
--]]

local failures = tonumber(ARGV[1])
local window = tonumber(ARGV[2])
local lockout = tonumber(ARGV[3])
local global = tonumber(ARGV[4])

local left = redis.call('PTTL', KEYS[3])

if tonumber(redis.call('GET', KEYS[1]) or 0) >= global then
    left = math.max(left, redis.call('PTTL', KEYS[1]))
end

if left > 0 then
    return { 0, math.ceil(left / 1000), '' }
end

-- as many as lock, and no lock: it has run out, and they are paid for
if redis.call('ZCARD', KEYS[2]) >= failures then
    redis.call('DEL', KEYS[2])
end

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local start = string.format('%.0f', now - window * 1000000)
local id

redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', start)

repeat
    id = string.format('%.0f', now)
    now = now + 1
until redis.call('ZADD', KEYS[2], 'NX', id, id) == 1

redis.call('EXPIRE', KEYS[2], math.max(window, lockout))

if redis.call('ZCARD', KEYS[2]) >= failures then
    redis.call('SET', KEYS[3], '1', 'EX', lockout)
end

redis.call('INCR', KEYS[1])

if redis.call('TTL', KEYS[1]) < 0 then
    redis.call('EXPIRE', KEYS[1], 3600)
end

return { 1, 0, id }
