--[[
Keeps an opaque token.

KEYS[1]  hash: the token
ARGV     Unix seconds at which it goes, then members and their values
Returns  1
--]]

redis.call('HSET', KEYS[1], unpack(ARGV, 2))
redis.call('EXPIREAT', KEYS[1], ARGV[1])

return 1
