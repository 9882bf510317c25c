--[[
Opens a session.  Keeps the promises that a contact has at most so many, of
which the oldest ends, and that a session's end is absolute.

KEYS[1]  zset: the contact's sessions, sid -> Unix seconds of their end
KEYS[2]  hash: the new session
ARGV     sid, app, device, lifetime s, sessions at most, the device's address
         for notifications
Returns  { sid of the session that ended, or '' }
--]]

local time = redis.call('TIME')
local now = tonumber(time[1])
local finish = now + tonumber(ARGV[4])
local ended = {}

redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)

if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[5]) then
    ended = redis.call('ZPOPMIN', KEYS[1])
end

redis.call('ZADD', KEYS[1], finish, ARGV[1])

local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')

redis.call('EXPIREAT', KEYS[1], last[2])

redis.call('HSET', KEYS[2], 'generation', 1, 'rotated', now, 'app', ARGV[2],
           'device', ARGV[3], 'created', now)

if ARGV[6] ~= '' then
    redis.call('HSET', KEYS[2], 'push', ARGV[6])
end

redis.call('EXPIREAT', KEYS[2], finish)

return { ended[1] or '' }
