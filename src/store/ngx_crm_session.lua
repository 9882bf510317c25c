--[[
Opens a session.  Keeps the promises that a contact has at most so many, that
the oldest ends for a new one only once it is revoked, that a session's end is
absolute, and that none opens once the password that it was opened with, or the
contact, is over: whoever ends that ends the sessions that there are, and must
not overlook this one.

KEYS[1]  zset: the contact's sessions, sid -> Unix seconds of their end
KEYS[2]  hash: the new session
KEYS[3]  hash: the contact
KEYS[4]  hash: the session that is revoked, if there is one
ARGV     sid, app, device, lifetime s, sessions at most, the device's address
         for notifications, the hash of the password that was right, or '',
         sid of the session that is revoked, or ''
Returns  { 1, '' }: it is open; { 2, sid }: the oldest is in its way;
         { 0, '' }: the contact or its password is over
--]]

local contact = redis.call('HMGET', KEYS[3], 'state', 'password')

if contact[1] ~= 'active'
    or (ARGV[7] ~= '' and contact[2] ~= ARGV[7])
then
    return { 0, '' }
end

local time = redis.call('TIME')
local now = tonumber(time[1])
local finish = now + tonumber(ARGV[4])

redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)

if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[5]) then
    local oldest = redis.call('ZRANGE', KEYS[1], 0, 0)[1]

    -- what is no id is no edge's, and there are no tokens of it

    if oldest ~= ARGV[8] and string.find(oldest, '^[%w._~@+-]+$') then
        return { 2, oldest }
    end

    redis.call('ZREM', KEYS[1], oldest)
    redis.call('DEL', KEYS[4])
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

return { 1, '' }
