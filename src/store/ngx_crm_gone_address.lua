--[[
Takes away what has not changed meanwhile.

KEYS[1]  string: an identity, or hash: a contact
ARGV[1]  what it holds
ARGV[2]  of a contact: the member
Returns  1 where it went, or 0
--]]

if not ARGV[2] then
    if redis.call('GET', KEYS[1]) == ARGV[1] then
        return redis.call('DEL', KEYS[1])
    end

elseif redis.call('HGET', KEYS[1], ARGV[2]) == ARGV[1] then
    return redis.call('HDEL', KEYS[1], ARGV[2])
end

return 0
